"""Errors as RFC 9457 problem details, in the caller's language."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja.responses import NinjaJSONEncoder

TYPE = "application/problem+json"


class Problem(Exception):
    """An error answer. `code` is stable and for programs (`urn:vigie:problem:<code>`); `detail` is for people, translated."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str = "",
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}


def missing() -> Problem:
    """The same for what is not there and for what is not the caller's to see."""
    return Problem(404, "not-found", _("There is nothing here, or nothing you may see."))


def needed(field: str) -> Problem:
    """A value that must be sent and was not."""
    return Problem(422, "invalid", errors=[{"field": field, "detail": _("This is needed.")}])


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The response that tells the problem."""
    content: dict[str, Any] = {
        "type": f"urn:vigie:problem:{problem.code}",
        "title": _title(problem.status),
        "status": problem.status,
        "detail": problem.detail or _title(problem.status),
        "instance": request.path,
    }
    if problem.errors:
        content["errors"] = list(problem.errors)
    text = json.dumps(content, ensure_ascii=False, cls=NinjaJSONEncoder)
    response = HttpResponse(text.encode("utf-8", "replace"), status=problem.status, content_type=TYPE)
    response["Content-Language"] = get_language() or "fr"
    for name, value in problem.headers.items():
        response[name] = value
    return response


def _title(status: int) -> str:
    titles = {
        400: _("The request cannot be read"),
        401: _("Not signed in"),
        403: _("Not allowed"),
        404: _("Not found"),
        405: _("Method not allowed"),
        409: _("Not now"),
        413: _("Too large"),
        415: _("This kind of content is not taken"),
        422: _("Something is wrong with what was sent"),
        429: _("Too many requests"),
    }
    return titles.get(status, HTTPStatus(status).phrase)
