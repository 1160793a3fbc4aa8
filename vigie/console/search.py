"""Search over everything staff may read, newest first; a ticket's number jumps to it."""

import re
from typing import Any

from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from vigie.conversations.finding import find
from vigie.conversations.models import Message
from vigie.kernel.html import plain
from vigie.kernel.search import tokens
from vigie.people.access import Viewer
from vigie.people.models import Customer
from vigie.tickets.models import Ticket

from .guard import StaffRequest, by_script, staff_only

PAGE = 20
AT_ONCE = 8
_NUMBER = re.compile(r"\s*#?(\d{1,18})\s*")


@require_GET
@staff_only
def search(request: StaffRequest) -> HttpResponse:
    """`?q=`, `?before=` a message id. `?quick=1` answers the palette with JSON; a bare number goes to its ticket."""
    query = request.GET.get("q", "").strip()
    numbered = _NUMBER.fullmatch(query)
    jump = None
    if numbered:
        jump = (
            Ticket.objects.visible_to(request.viewer)
            .filter(number=int(numbered[1]))
            .select_related("conversation")
            .first()
        )
    if request.GET.get("quick"):
        return JsonResponse({"hits": _quick(request.viewer, query, jump)})
    if jump is not None and "before" not in request.GET and not by_script(request):
        return redirect("console:ticket", number=jump.number)
    before = request.GET.get("before", "")
    hits, more = _hits(request.viewer, query, int(before) if before.isdecimal() and len(before) < 19 else None)
    context = {
        "query": query,
        "hits": hits,
        "customers": _customers(request.viewer, query)[:5] if query and not before else [],
        "more": f"{reverse('console:search')}?{urlencode({'q': query, 'before': str(more)})}" if more else "",
        "first": f"{reverse('console:search')}?{urlencode({'q': query})}" if before else "",
    }
    return render(request, "console/search.html", context)


def _hits(viewer: Viewer, query: str, before: int | None) -> tuple[list[dict[str, Any]], int | None]:
    """Messages with their tickets, newest first, and the id from which the next page goes on.

    None are no sign that there are none, while there is such an id: a search ends in time, however far it has come.
    """
    if not query:
        return [], None
    found, further = find(query, customer_ids=None, notes=True, before_id=before, limit=PAGE + 1)
    rows = Message.objects.visible_to(viewer).filter(pk__in=found[:PAGE], conversation__ticket__isnull=False)
    shown = rows.select_related("conversation__customer", "conversation__ticket", "user").order_by("-pk")
    hits = [{"message": one, "excerpt": _excerpt(one.body, query)} for one in shown]
    return hits, found[PAGE - 1] if len(found) > PAGE else further


def _quick(viewer: Viewer, query: str, jump: Ticket | None) -> list[dict[str, str]]:
    hits = []
    if jump is not None:
        hits.append(
            {
                "url": reverse("console:ticket", args=[jump.number]),
                "text": f"#{jump.number} {jump.conversation.subject}",
                "about": "",
            }
        )
    if len(query) < 2:
        return hits
    seen = {jump.pk} if jump else set()
    for hit in _hits(viewer, query, None)[0]:
        ticket = hit["message"].conversation.ticket
        if ticket.pk in seen or len(hits) >= AT_ONCE:
            continue
        seen.add(ticket.pk)
        about = hit["message"].conversation.customer
        url = reverse("console:ticket", args=[ticket.number])
        hits.append(
            {
                "url": url,
                "text": f"#{ticket.number} {hit['message'].conversation.subject}",
                "about": about.name if about else "",
            }
        )
    return hits + [
        {"url": reverse("console:customer", args=[one.pk]), "text": one.name, "about": one.reference}
        for one in _customers(viewer, query)[:3]
    ]


def _customers(viewer: Viewer, query: str) -> list[Customer]:
    """By number or address exactly, by the name's start: what an index answers."""
    by = Q(reference__iexact=query) | Q(registered_address=query.lower()) | Q(name__istartswith=query)
    return list(Customer.objects.visible_to(viewer).filter(by).order_by("name")[:AT_ONCE])


def _excerpt(body: str, query: str) -> list[tuple[str, bool]]:
    """The words around the first find, cut into (text, found)."""
    words = [re.escape(word) for word in tokens(query)]
    text = plain(body, 4000)
    if not words:
        return [(text[:200], False)]
    pattern = re.compile("(" + "|".join(words) + ")", re.IGNORECASE)
    first = pattern.search(text)
    start = max(0, (first.start() if first else 0) - 60)
    cut = ("…" if start else "") + text[start : start + 200]
    return [(piece, bool(pattern.fullmatch(piece))) for piece in pattern.split(cut) if piece]
