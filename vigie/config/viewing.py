"""Who is looking: sets `request.viewer`, and speaks the person's language in the person's time zone."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request

from vigie.people.access import NOBODY, Viewer, viewer_of
from vigie.people.models import User


def viewing(answer: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, after authentication, in place of Django's own for languages. A request without a session cookie costs no query.

    Language: the signed-in person's own; else the cookie, else `Accept-Language`, else French.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        user = _person(request)
        if user is not None:
            request.user = user  # itself, where Django's is found anew at every use
        request.viewer = viewer_of(user) if user else NOBODY  # type: ignore[attr-defined]
        translation.activate(user.language if user else get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language()
        timezone.activate(_zone(user.timezone) if user else ZoneInfo(settings.TIME_ZONE))
        try:
            response = answer(request)
        finally:
            timezone.deactivate()
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        if user is None:
            patch_vary_headers(response, ("Accept-Language",))
        return response

    return middleware


def viewer(request: HttpRequest) -> Viewer:
    """The viewer the middleware set, with its type."""
    found: Viewer = request.viewer  # type: ignore[attr-defined]
    return found


def _person(request: HttpRequest) -> User | None:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    found = get_user(request)
    return found if isinstance(found, User) else None


def _zone(name: str) -> ZoneInfo:
    """A zone dropped from a later tz database must not lock its people out."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)
