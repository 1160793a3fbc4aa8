"""Keeps the list of a person's sessions true: device, address and last use, at most every five minutes a session."""

from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase

from vigie.config.viewing import viewer

EVERY = 300


def last_seen(answer: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, after `viewing`. allauth's own would write at every request."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if viewer(request).user is not None:
            key = request.session.session_key
            if key and cache.add(f"seen:{key}", 1, EVERY):
                UserSession.objects.create_from_request(request)
        return answer(request)

    return middleware
