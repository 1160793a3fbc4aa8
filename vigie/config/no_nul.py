"""A NUL in a form: PostgreSQL takes it in no text, people never see it. It becomes U+FFFD before any view reads it.

Refusing the form would be a way to lose what somebody pasted from a terminal. In addresses and queries, which no person types it
into, `headers` refuses it; the API, whose callers are programs, answers 422 beside the field.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponseBase, QueryDict

from vigie.kernel.rows import storable

FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


class NoNul:
    """Middleware, after the one that checks CSRF tokens, which has read the form."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.answer(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Iterable[Any], _kwargs: dict[str, Any]) -> None:
        """Called before the view."""
        if request.method != "POST" or request.content_type not in FORMS or request.path_info.startswith("/api/"):
            return
        posted = request.POST
        if any("\0" in value for name, values in posted.lists() for value in (name, *values) if isinstance(value, str)):
            cleaned = QueryDict(mutable=True, encoding=posted.encoding)
            for name, values in posted.lists():
                cleaned.setlistdefault(storable(name), []).extend(storable(value) for value in values)
            cleaned._mutable = False  # as every request's  # noqa: SLF001
            request.POST = cleaned  # type: ignore[assignment]
