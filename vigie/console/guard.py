"""Who may enter the console: staff. To everybody else it does not exist. (`config.factor_required` asks for the second factor.)"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from vigie.people.access import Viewer
from vigie.people.models import User

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request that passed the guard."""

    viewer: Viewer
    user: User


def staff_only(
    view: Callable[Concatenate[StaffRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Strangers sign in first (scripts get 401 with the address), contacts find nothing here (404)."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by config.viewing
        if viewer.user is None:
            return _ask_to_sign_in(request)
        if not viewer.is_staff:
            raise Http404
        response = view(request, *args, **kwargs)  # type: ignore[arg-type]  # StaffRequest is what the checks above proved
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return guarded


def leads_only(
    view: Callable[Concatenate[StaffRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Team leads and administrators; agents get 403."""
    return _ranked(view, lambda viewer: viewer.is_lead)


def admins_only(
    view: Callable[Concatenate[StaffRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Administrators; other staff get 403."""
    return _ranked(view, lambda viewer: viewer.is_admin)


def _ranked(
    view: Callable[Concatenate[StaffRequest, P], HttpResponseBase], enough: Callable[[Viewer], bool]
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    @wraps(view)
    def ranked(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not enough(request.viewer):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return staff_only(ranked)


def by_script(request: HttpRequest) -> bool:
    """Whether our scripts ask: they show an answer in place, people without scripts get a page."""
    return request.headers.get("X-Requested-With") == "fetch" or "HX-Request" in request.headers


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    back: dict[str, Any] = {"next": request.get_full_path() if request.method == "GET" else reverse("console:queue")}
    there = f"{reverse('account_login')}?{urlencode(back)}"
    if by_script(request):
        return JsonResponse({"sign_in": there}, status=401)
    return redirect(there)
