"""Account settings, for customers and staff alike: what there is, and where one stands."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from vigie.people import second_factor, sessions
from vigie.people.access import Viewer
from vigie.people.models import ContactRole, User


class SignedIn(HttpRequest):
    """A request behind `login_required`."""

    user: User
    viewer: Viewer


@login_required
def overview(request: SignedIn) -> HttpResponse:
    """Every section with what it says now."""
    context = {
        "has_factor": second_factor.has_one(request.user),
        "passkeys": Authenticator.objects.filter(user=request.user, type=Authenticator.Type.WEBAUTHN).count(),
        "sessions": len(sessions.of(request.user)),
    }
    return show(request, "settings", context)


def show(request: SignedIn, page: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A settings page in the frame of the person's door: the console's for staff, the client area's for everybody else.

    `door` is the URL namespace the page's links stay in.
    """
    staff = request.viewer.is_staff
    shared = {
        "frame": "base_console.html" if staff else "base_client.html",
        "door": "settings" if staff else "portal",
        "owns": ContactRole.OWNER in request.viewer.acts_for.values(),
    }
    response = render(request, f"portal/settings_{page}.html", {**shared, **context}, status=status)
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def back_to(request: SignedIn, page: str) -> HttpResponseRedirect:
    """To a settings page, behind the person's own door."""
    return HttpResponseRedirect(reverse(f"{'settings' if request.viewer.is_staff else 'portal'}:{page}"))
