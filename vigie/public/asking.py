"""Doors for scripts: whoever is not signed in gets 401 and the sign-in address, never a page in place of JSON."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vigie.people.access import Viewer
from vigie.people.models import User

P = ParamSpec("P")


def viewer_of_request(request: HttpRequest) -> Viewer:
    """The viewer that config.viewing set."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by config.viewing
    return viewer


def signed_in(
    view: Callable[Concatenate[HttpRequest, User, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Hand the person to the view; 401 for anyone else. Answers are nobody else's: never stored by a cache."""

    @wraps(view)
    def asked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user = viewer_of_request(request).user
        if user is None:
            refusal = {"error": _("Your session has ended. Sign in again."), "sign_in": reverse("account_login")}
            return JsonResponse(refusal, status=401)
        response = view(request, user, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return asked
