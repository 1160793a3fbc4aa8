"""What every request to the API passes, whatever its route: who asks, how often, in which language, and only once."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja.security import HttpBearer

from vigie.api import limiting, problems, refusing, repeating
from vigie.api.problems import Problem
from vigie.people import second_factor, tokens
from vigie.people.access import Viewer, viewer_of
from vigie.people.models import ApiToken, User

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the token, its user, and what that user may see."""

    token: ApiToken
    user: User
    viewer: Viewer

    def may(self, scope: str) -> bool:
        return scope in self.token.scopes


class Bearer(HttpBearer):
    """The scope a route needs. Refuses with 403 and the scope's name (RFC 6750, insufficient_scope)."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> Caller:  # noqa: ARG002  the gate has verified it
        caller = caller_of(request)
        if not caller.may(self.scope):
            detail = _("The token lacks the scope %(scope)s.") % {"scope": self.scope}
            challenge = f'Bearer realm="vigie", error="insufficient_scope", scope="{self.scope}"'
            raise Problem(403, "scope", detail, headers={"WWW-Authenticate": challenge})
        return caller


def caller_of(request: HttpRequest) -> Caller:
    """Behind the gate there always is one."""
    found: Caller = request.caller  # type: ignore[attr-defined]
    return found


def gate(view: View, queries: Mapping[str, frozenset[str]] | None = None) -> View:
    """`view` for callers with a valid token. Cookies count for nothing here, so there is nothing to forge.

    `queries` names the query parameters of each method; another one is refused: a misspelt filter must not show everything.
    """

    @csrf_exempt
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        def act() -> HttpResponseBase:
            _check_query(request, (queries or {}).get(request.method or ""))
            return view(request, *args, **kwargs)

        with translation.override(get_language_from_request(request)):
            try:
                response = _admit(request, act)
            except Problem as problem:
                response = problems.answer(request, problem)
            except RequestDataTooBig:
                response = problems.answer(request, Problem(413, "too-large"))
            return _finish(request, response)

    return gated


def _admit(request: HttpRequest, act: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    kind, _blank, secret = request.headers.get("Authorization", "").partition(" ")
    secret = secret.strip() if kind.lower() == "bearer" and secret.isascii() else ""
    address = request.META.get("REMOTE_ADDR", "")
    if (spent := limiting.stranger_must_wait(address, secret)) is not None:
        raise _too_often(spent)
    token = tokens.verify(secret) if secret else None
    viewer = viewer_of(token.user) if token else None
    if token is None or viewer is None or viewer.user is None:
        allowance = limiting.of_stranger(address)
        if allowance.left < 0:
            raise _too_often(allowance)
        raise refusing.unauthenticated()
    limiting.was_good(secret)
    if second_factor.is_missing(token.user):
        raise Problem(403, "second-factor", _("Your provider requires a second factor of staff. Set one up to go on."))
    request.caller = Caller(token, token.user, viewer)  # type: ignore[attr-defined]
    if "Accept-Language" not in request.headers:
        translation.activate(token.user.language)
    allowance = limiting.of_token(token.pk)
    if allowance.left < 0:
        raise _too_often(allowance)
    try:
        response = repeating.once(request, token.user_id, act)
    except Problem as problem:
        response = problems.answer(request, problem)
    for name, value in allowance.headers.items():
        response[name] = value
    return response


def _check_query(request: HttpRequest, known: frozenset[str] | None) -> None:
    strange = [name for name in request.GET if known is not None and name not in known]
    if strange:
        said = _("There is no such field.")
        raise Problem(422, "invalid", said, errors=[{"field": f"query.{name}", "detail": said} for name in strange[:20]])


def _too_often(allowance: limiting.Allowance) -> Problem:
    detail = _("Wait %(seconds)d s before the next request.") % {"seconds": allowance.reset}
    headers = {**allowance.headers, "Retry-After": str(allowance.reset)}
    return Problem(429, "too-many-requests", detail, headers=headers)


def _finish(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if response.status_code >= 400 and response.get("Content-Type") != problems.TYPE:
        code = {404: "not-found", 405: "method-not-allowed"}.get(response.status_code, "failed")
        told = problems.answer(request, Problem(response.status_code, code))
        for name in ("Allow", "RateLimit", "RateLimit-Policy"):
            if name in response:
                told[name] = response[name]
        response = told
    if request.method == "GET" and response.status_code == 200 and isinstance(response, HttpResponse) and not response.streaming:
        tag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        given = [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
        if tag in given or "*" in given:
            kept = {name: response[name] for name in ("RateLimit", "RateLimit-Policy", "Link") if name in response}
            response = HttpResponse(status=304)
            del response["Content-Type"]
            for name, value in kept.items():
                response[name] = value
        response["ETag"] = tag
    response.setdefault("Cache-Control", "private, no-cache")
    response.setdefault("Content-Language", translation.get_language() or "fr")
    patch_vary_headers(response, ["Authorization", "Accept-Language"])
    return response
