"""From the nouns' errors to problems: one table, so that every route answers the same mistake alike."""

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from vigie.api import problems
from vigie.api.problems import Problem
from vigie.conversations import errors as conversations
from vigie.inventory import errors as inventory
from vigie.people import errors as people
from vigie.tickets import begin_words
from vigie.tickets import errors as tickets
from vigie.tickets.begin_time import BeginTimeError

log = logging.getLogger("vigie.api")

_FORBIDDEN = (people.NotAllowed, tickets.NotAllowedError, conversations.NotAllowedError, inventory.NotAllowedError)
_CONFLICTS = (
    people.LastOwner, tickets.TakenError, tickets.NewerMessagesError, tickets.SentAlreadyError, tickets.UsedKeyError,
    tickets.MoveError, tickets.SamePriorityError, tickets.TopLevelError, tickets.BottomLevelError, tickets.EarlyRatingError,
    tickets.RatingClosedError,
)  # fmt: skip


def problem_of(error: Exception) -> Problem:
    """The problem that tells a noun's error."""
    if isinstance(error, Problem):
        return error
    field = str(getattr(error, "field", "") or "")
    said = begin_words.told(error) if isinstance(error, BeginTimeError) else str(error)
    if isinstance(error, _FORBIDDEN):
        return Problem(403, "not-allowed", said)
    if isinstance(error, tickets.NotYoursError):
        return problems.missing()
    if isinstance(error, conversations.FrequentUploadsError):
        return Problem(429, "too-many-requests", said, headers={"Retry-After": str(error.wait)})
    if isinstance(error, BeginTimeError):
        field = "critical.began_at"
    errors = [{"field": field, "detail": said}] if field else []
    if isinstance(error, _CONFLICTS):
        return Problem(409, "not-now", said, errors=errors)
    return Problem(422, "invalid", said, errors=errors)


def install(api: NinjaAPI) -> None:
    """Give every error that may leave a route its answer."""

    def tell(request: HttpRequest, error: Any) -> HttpResponse:
        return problems.answer(request, problem_of(error))

    for family in (
        Problem, people.PeopleError, tickets.TicketError, conversations.ConversationError, inventory.InventoryError, BeginTimeError,
    ):  # fmt: skip
        api.exception_handler(family)(tell)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors = [{"field": _place(one), "detail": _words(one)} for one in error.errors[:50]]
        return problems.answer(request, Problem(422, "invalid", _("Some values are missing or wrong."), errors=errors))

    @api.exception_handler(AuthenticationError)
    def nobody(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
        return problems.answer(request, unauthenticated())

    @api.exception_handler(HttpError)
    def http(request: HttpRequest, error: HttpError) -> HttpResponse:
        code = {400: "unreadable", 404: "not-found"}.get(error.status_code, "invalid")
        return problems.answer(request, Problem(error.status_code, code))

    @api.exception_handler(Exception)
    def broken(request: HttpRequest, error: Exception) -> HttpResponse:
        log.error("API route failed: %s", request.path, exc_info=error)
        return problems.answer(request, Problem(500, "failed", _("Something broke here. It was noted; try again later.")))

    @api.exception_handler(RequestDataTooBig)
    def big(request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
        return problems.answer(request, Problem(413, "too-large"))


def unauthenticated() -> Problem:
    """RFC 6750: no token, or one that is unknown, expired or revoked; never which."""
    detail = _("Send a valid token: “Authorization: Bearer ...”.")
    return Problem(401, "unauthenticated", detail, headers={"WWW-Authenticate": 'Bearer realm="vigie"'})


def _place(error: dict[str, Any]) -> str:
    """`body.subject`, `query.limit`: pydantic's location without the names of our parameters."""
    location = [str(part) for part in error.get("loc", ())]
    if location[:1] == ["body"] and len(location) > 2:
        del location[1]
    return ".".join(location)


def _words(error: dict[str, Any]) -> str:
    kind, context = str(error.get("type", "")), error.get("ctx") or {}
    if kind == "missing":
        return _("This is needed.")
    if kind == "string_too_long":
        return _("At most %(count)d characters.") % {"count": context.get("max_length", 0)}
    if kind == "string_too_short":
        return _("At least %(count)d characters.") % {"count": context.get("min_length", 0)}
    if kind == "extra_forbidden":
        return _("There is no such field.")
    if kind in {"literal_error", "enum"}:
        return _("One of: %(allowed)s.") % {"allowed": context.get("expected", "")}
    if kind.startswith(("datetime", "timezone")):
        return _("A date and time with an offset, as in 2026-11-24T13:40:00+01:00.")
    if kind.startswith("int"):
        return _("A whole number.")
    return _("This value cannot be taken.")
