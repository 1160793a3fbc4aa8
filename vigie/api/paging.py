"""Pages by key, never by offset: a page stays right while rows come and go before it."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Schema

from vigie.api.problems import Problem

Shape = TypeVar("Shape")
Limit = Annotated[int, Field(ge=1, le=200, description="At most so many items.")]
Cursor = Annotated[str, Field(max_length=64, description="Of the page before; opaque.")]


class Page(Schema, Generic[Shape]):
    """`next` is the cursor of the page behind this one, null on the last; the Link header holds its address."""

    items: list[Shape]
    next: str | None


def key_of(cursor: str) -> int | None:
    """The id behind which the page begins; None for the first page. Raises `Problem`."""
    if not cursor:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor.encode("ascii") + b"==").decode("ascii")
        kind, _colon, number = text.partition(":")
        if kind != "k" or not number.isdigit() or len(number) > 18 or cursor != make(int(number)):
            raise ValueError(cursor)
        return int(number)
    except (ValueError, binascii.Error) as error:
        errors = [{"field": "query.cursor", "detail": _("This cursor was not given by this API.")}]
        raise Problem(422, "invalid", errors[0]["detail"], errors=errors) from error


def make(key: int) -> str:
    """The opaque form of an id."""
    return base64.urlsafe_b64encode(f"k:{key}".encode()).decode().rstrip("=")


def page(
    request: HttpRequest,
    response: HttpResponse,
    rows: Sequence[Any],
    limit: int,
    shape: Callable[[Any], Any],
    key: Callable[[Any], int],
) -> dict[str, Any]:
    """`rows` are one more than `limit` where there is a next page."""
    more = make(key(rows[limit - 1])) if len(rows) > limit else None
    if more:
        query = request.GET.copy()
        query["cursor"] = more
        response["Link"] = f'<{request.build_absolute_uri(request.path)}?{query.urlencode()}>; rel="next"'
    return {"items": [shape(row) for row in rows[:limit]], "next": more}
