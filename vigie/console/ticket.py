"""A ticket on the agent's desk: the page, the part htmx swaps in, and the parts live events change."""

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from vigie.conversations import drafting, reading
from vigie.conversations.latest import latest
from vigie.conversations.models import Message, ReadMark
from vigie.kernel import clock, ids, lookup
from vigie.people import roster
from vigie.people.access import Viewer
from vigie.people.models import Role
from vigie.promises.models import Priority
from vigie.tickets import escalating, finding, lifecycle, moving, sending, timeline
from vigie.tickets.models import State, Tag, Ticket

from .context_panel import panel
from .guard import StaffRequest, staff_only
from .places import rail

SHOWN = 50
_CUSTOMERS_MARKS = "conversation_id = %s AND user_id IN (SELECT id FROM people_user WHERE role = %s)"


@require_GET
@staff_only
def ticket(request: StaffRequest, number: int) -> HttpResponse:
    """The page; for htmx the ticket beside the queue. `?before=<seq>` shows the messages before that one."""
    found = found_ticket(request.viewer, number)
    before = request.GET.get("before", "")
    context = shown(request.viewer, found, int(before) if before.isdecimal() and len(before) < 10 else None)
    if "X-Parts" in request.headers:
        return render(request, "console/ticket.html#live", context)
    context |= composer(request.viewer, found)
    reading.mark_read(viewer=request.viewer, conversation=found.conversation, seq=found.conversation.last_seq)
    if "HX-Request" in request.headers:
        return render(request, "console/ticket.html#work", context)
    place = "todo"
    found_rail = rail(request.viewer)
    words = found_rail.find(place)
    lazy = {"rail": found_rail, "place": place, "place_words": words.words if words else "", "lazy": True}
    return render(request, "console/ticket.html", {**context, **lazy})


@require_POST
@staff_only
def read(request: StaffRequest, number: int) -> HttpResponse:
    """The page was looked at up to message `seq`."""
    found = found_ticket(request.viewer, number)
    seq = request.POST.get("seq", "")
    if seq.isdecimal() and len(seq) < 10:
        reading.mark_read(viewer=request.viewer, conversation=found.conversation, seq=int(seq))
    return JsonResponse({})


def found_ticket(viewer: Viewer, number: int) -> Ticket:
    """Raises Http404 for a ticket that is not there."""
    found = finding.by_number(viewer, number)
    if found is None:
        raise Http404
    return found


def shown(viewer: Viewer, found: Ticket, before: int | None = None) -> dict[str, Any]:
    """Everything of the ticket but the composer."""
    messages, earlier = latest(viewer, found.conversation, found.department_id, before=before, most=SHOWN)
    answered = moving.answered(found)
    now, teams = clock.now(), roster.teams()
    return {
        "ticket": found,
        "open_number": found.number,
        "conversation": found.conversation,
        "thread": _woven(messages, timeline.of(viewer, found), earlier=earlier, to=before),
        "earlier": earlier,
        "before": before,
        "read_by_customer": _read_by_customer(found),
        "held": sending.held_of(viewer, found),
        "tags": [one.name for one in lookup.every(Tag, "ticket_id = %s ORDER BY name", found.pk)],
        "states": [(State(one).value, State(one).label) for one in lifecycle.choices(found.state, answered=answered)],
        "answered": answered,
        "follow_ups": finding.follow_ups(viewer, found),
        "priorities": Priority.choices,
        "level": escalating.level_of(found),
        "up": escalating.teams_for(found, up=True, among=teams),
        "down": escalating.teams_for(found, up=False, among=teams),
        "now": now,
        **panel(viewer, found),
    }


def composer(viewer: Viewer, found: Ticket) -> dict[str, Any]:
    """What the composer and the dialogs need besides."""
    person = viewer.user
    return {
        "client_key": ids.client_key(),
        "draft": drafting.find(person, drafting.reply_place(found.pk)).get("body", "") if person else "",
        "agents": roster.staff(),
        "departments": roster.departments(),
        "me": person.pk if person else 0,
    }


def _woven(
    messages: list[Message], happenings: list[timeline.Happening], *, earlier: int, to: int | None
) -> list[dict[str, Any]]:
    """Messages and what happened between them, by time; happenings before the first message shown stay with their page."""
    start = messages[0].created_at if messages and earlier else None
    end = messages[-1].created_at if messages and to is not None else None
    lines = [
        {"at": one.at, "order": 1, "event": one}
        for one in happenings
        if (start is None or one.at >= start) and (end is None or one.at <= end)
    ]
    lines += [{"at": one.created_at, "order": 0, "message": one} for one in messages]
    return sorted(lines, key=lambda line: (line["at"], line["order"]))


def _read_by_customer(found: Ticket) -> int:
    """The newest seq any of the customer's people has read; 0 for none."""
    return max((mark.seq for mark in lookup.every(ReadMark, _CUSTOMERS_MARKS, found.pk, str(Role.CONTACT))), default=0)
