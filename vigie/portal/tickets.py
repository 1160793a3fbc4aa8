"""Tickets: open and finished ones, the latest activity first, and finding them by words or number."""

from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET

from vigie.tickets.models import Ticket

from .found import found
from .gate import ClientRequest, contacts_only, topics_of
from .rows import rows_of
from .words import FINISHED_STATES, OPEN_STATES, STATES

PAGE = 25


@require_GET
@contacts_only
def tickets(request: ClientRequest) -> HttpResponse:
    """`?show=finished`; `?q=` searches both; `?after=` goes on from a row (its last activity and id)."""
    show = "finished" if request.GET.get("show") == "finished" else "open"
    query = request.GET.get("q", "").strip()[:200]
    after = request.GET.get("after", "")
    if query:
        before = int(after) if after.isdecimal() and len(after) < 19 else None
        page, last = found(request.viewer, query, before=before, limit=PAGE)
        more = {"q": query, "after": last} if last else None
    else:
        page, more = _page(request, show, after)
    return render(
        request,
        "portal/tickets/page.html",
        {
            "rows": rows_of(request.viewer, page),
            "states": STATES,
            "show": show,
            "query": query,
            "after": after,
            "more": urlencode(more) if more else "",
            "topics": topics_of(request),
            "several_customers": len(request.viewer.acts_for) > 1,
        },
    )


def _page(request: ClientRequest, show: str, after: str) -> tuple[list[Ticket], dict[str, object] | None]:
    """One page and the query of the next. A row that changes meanwhile moves to the top; none is skipped."""
    rows = (
        Ticket.objects.visible_to(request.viewer)
        .filter(state__in=FINISHED_STATES if show == "finished" else OPEN_STATES)
        .select_related("conversation__customer", "service", "assignee")
        .order_by("-conversation__updated_at", "-pk")
    )
    place = _place(after)
    if place:
        at, key = place
        rows = rows.filter(Q(conversation__updated_at__lt=at) | Q(conversation__updated_at=at, pk__lt=key))
    page = list(rows[: PAGE + 1])
    if len(page) <= PAGE:
        return page, None
    last = page[PAGE - 1]
    return page[:PAGE], {"show": show, "after": f"{last.conversation.updated_at.isoformat()},{last.pk}"}


def _place(after: str) -> tuple[datetime, int] | None:
    at, _, key = after.partition(",")
    try:
        instant = parse_datetime(at.replace(" ", "+"))
    except ValueError:
        return None
    return (instant, int(key)) if instant and instant.tzinfo and key.isdecimal() and len(key) < 19 else None
