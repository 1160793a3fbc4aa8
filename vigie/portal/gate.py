"""Who may enter the client area: contacts of an active customer. Everybody else is told where to go."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from vigie.people.access import Viewer
from vigie.people.models import User

from . import held

P = ParamSpec("P")


class ClientRequest(HttpRequest):
    """A request that passed the gate."""

    viewer: Viewer
    user: User


def contacts_only(
    view: Callable[Concatenate[ClientRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let contacts in. Staff go to the console, people without an account get told so, others sign in first.

    A script (fetch, htmx) gets 401 with the sign-in address instead of a redirect, so that it can keep what was typed.
    """

    @wraps(view)
    def gated(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by config.viewing
        if viewer.user is None:
            return ask_to_sign_in(request)
        if viewer.is_staff:
            return redirect(_console_page(kwargs))
        if not viewer.acts_for:
            return render(request, "portal/unattached.html", status=403)
        response = view(request, *args, **kwargs)  # type: ignore[arg-type]  # ClientRequest is what the checks above proved
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return gated


def go(request: HttpRequest, there: str) -> HttpResponse:
    """On to `there`; a script is told by header, since it would follow a redirect inside the request."""
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": there})
    return HttpResponseRedirect(there)


def topics_of(request: ClientRequest) -> str:
    """The live topics of everything the viewer acts for, for `data-topics`."""
    return " ".join(f"customer:{key}" for key in request.viewer.acts_for)


def by_script(request: HttpRequest) -> bool:
    """Whether a script asks, by htmx's header or the browser's own word."""
    return "HX-Request" in request.headers or request.headers.get("Sec-Fetch-Mode") in {"cors", "same-origin"}


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """401 for scripts; a redirect to sign-in that comes back to this page for people."""
    back = request.get_full_path() if request.method == "GET" else request.path
    there = f"{reverse('account_login')}?{urlencode({'next': back})}"
    if by_script(request):
        return JsonResponse({"sign_in": there}, status=401)
    if request.method == "POST":
        held.hold(request)
    return HttpResponseRedirect(there)


def _console_page(arguments: dict[str, Any]) -> str:
    if "number" in arguments:
        return reverse("console:ticket", args=[arguments["number"]])
    return reverse("console:queue")
