"""The queue: what is to be done, High first, then by what is due. The page, and the parts live events change."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from vigie.kernel import clock
from vigie.people.access import Viewer
from vigie.tickets import queues
from vigie.tickets.queues import Row

from .guard import StaffRequest, staff_only
from .places import Rail, rail

PAGE = 50
SOON = 15 * 60


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading; `words` empty where a place has no groups."""

    code: str
    words: str
    rows: list[Row]


@require_GET
@staff_only
def queue(request: StaffRequest) -> HttpResponse:
    """`?place=` (default `todo`), `?after=` a row's cursor. Scripts get the queue alone, or the rows that follow."""
    found = rail(request.viewer)
    place = request.GET.get("place", "todo")
    if found.find(place) is None:
        raise Http404
    context = listed(request.viewer, found, place, request.GET.get("after"))
    if request.GET.get("after") and "HX-Request" in request.headers:
        return render(request, "console/queue.html#rows", context)
    if request.headers.get("HX-Target") == "queue" or "X-Parts" in request.headers:
        return render(request, "console/queue_column.html", context)
    return render(request, "console/queue.html", context)


def listed(viewer: Viewer, rail_: Rail, place: str, after: str | None) -> dict[str, Any]:
    """What the queue's templates draw."""
    rows = queues.rows(viewer, place, after, PAGE + 1)
    more = rows[PAGE - 1].cursor if len(rows) > PAGE else ""
    rows = rows[:PAGE]
    now = clock.now()
    return {
        "rail": rail_,
        "place": place,
        "place_words": next((p.words for p in (*rail_.mine, *rail_.teams) if p.code == place), ""),
        "groups": _grouped(rows, now, plain=place in {"solved", "closed", "waiting", "hold"}),
        "now": now,
        "more": f"{reverse('console:queue')}?{urlencode({'place': place, 'after': more})}" if more else "",
        "after": after,
        "me": viewer.user.pk if viewer.user else 0,
    }


def _grouped(rows: list[Row], now: datetime, *, plain: bool) -> list[Group]:
    """High in one group that always comes first, the others by what is due; contiguous, since rows come in that order."""
    if plain:
        return [Group("all", "", rows)] if rows else []
    words = {
        "high": _("High priority"),
        "late": _("Overdue"),
        "soon": _("Within 15 minutes"),
        "today": _("Today"),
        "later": _("Later"),
        "none": _("Nothing due"),
    }
    today = timezone.localtime(now).date()

    def group(row: Row) -> str:
        if row.priority == "high":
            return "high"
        if row.due_at is None:
            return "none"
        left = (row.due_at - now).total_seconds()
        if left <= 0:
            return "late"
        if left < SOON:
            return "soon"
        return "today" if timezone.localtime(row.due_at).date() == today else "later"

    return [Group(code, words[code], list(found)) for code, found in groupby(rows, group)]
