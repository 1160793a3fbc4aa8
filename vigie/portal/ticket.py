"""A ticket as its customer sees it: state, promises given and kept, the conversation, and what happened to it."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from vigie.conversations import drafting, reading
from vigie.conversations.latest import latest
from vigie.conversations.models import Message, ReadMark
from vigie.kernel import clock, ids, lookup
from vigie.people.models import Role
from vigie.promises.models import Clock, ClockState, Kind
from vigie.tickets import finding, following, timeline
from vigie.tickets.models import Ticket

from . import held, uploads
from .gate import ClientRequest, contacts_only
from .reopening import reopens_till
from .whose import own_ticket
from .words import FINISHED_STATES, SERVICE_STATES, SIGNS, STATES

SHOWN = 50
_STAFFS_MARKS = "conversation_id = %s AND user_id IN (SELECT id FROM people_user WHERE role <> %s)"


@require_GET
@contacts_only
def ticket(request: ClientRequest, number: int) -> HttpResponse:
    """The page; `?before=<message id>` shows the messages before that one. Opening it marks what it shows as read."""
    found = own_ticket(request, number)
    reading.mark_read(viewer=request.viewer, conversation=found.conversation, seq=found.conversation.last_public_seq)
    return render(request, "portal/ticket/page.html", {**shown(request, found), **composer(request, found)})


@require_GET
@contacts_only
def fresh(request: ClientRequest, number: int) -> HttpResponse:
    """The parts that live events change; what is being typed stands outside them."""
    return render(request, "portal/ticket/fresh.html", shown(request, own_ticket(request, number)))


@require_POST
@contacts_only
def read(request: ClientRequest, number: int) -> HttpResponse:
    """The page was looked at up to the message with the id `message`."""
    found = own_ticket(request, number)
    seq = _seq_of(request, found, request.POST.get("message", ""))
    if seq is not None:
        reading.mark_read(viewer=request.viewer, conversation=found.conversation, seq=seq)
    return HttpResponse(status=204)


def _seq_of(request: ClientRequest, found: Ticket, message: str) -> int | None:
    """Pages of customers name messages by id: gaps between their seqs would tell of internal notes."""
    if not (message.isdecimal() and len(message) < 19):
        return None
    rows = Message.objects.visible_to(request.viewer).filter(conversation=found.pk, pk=int(message))
    return rows.values_list("seq", flat=True).first()


def shown(request: ClientRequest, found: Ticket) -> dict[str, Any]:
    """Everything of the page but the composer."""
    till = _seq_of(request, found, request.GET.get("before", ""))
    messages, earlier = latest(request.viewer, found.conversation, found.department_id, before=till, most=SHOWN)
    clocks = lookup.every(Clock, "conversation_id = %s AND state <> %s ORDER BY id", found.pk, str(ClockState.DROPPED))
    live = [one for one in clocks if one.state in {ClockState.RUNNING, ClockState.PAUSED}]
    owed = [one for one in clocks if one.state == ClockState.BROKEN and one.answered_at is None]
    return {
        "ticket": found,
        "conversation": found.conversation,
        "messages": messages,
        "earlier": messages[0].pk if earlier else 0,
        "seen_by_staff": _seen_by_staff(found),
        "clocks": [one for one in clocks if one.kind != Kind.ACKNOWLEDGEMENT],
        "acknowledged": next((one for one in clocks if one.kind == Kind.ACKNOWLEDGEMENT), None),
        "due": min((one for one in live + owed if one.kind != Kind.ACKNOWLEDGEMENT), key=lambda one: one.due_at, default=None),
        "events": timeline.of(request.viewer, found, states={state: str(words[0]) for state, words in STATES.items()}),
        "signs": SIGNS,
        "states": STATES,
        "service_states": SERVICE_STATES,
        "reopens_till": reopens_till(found),
        "follow_ups": finding.follow_ups(request.viewer, found),
        "now": clock.now(),
    }


def composer(request: ClientRequest, found: Ticket, *, body: str = "", sent: list[str] | None = None) -> dict[str, Any]:
    """The composer's fields: what was just typed, else what was held over a sign-in, else the draft."""
    place = drafting.reply_place(found.pk)
    over = held.take(request, f"{request.path}reply/") if request.method == "GET" else None
    data = drafting.find(request.user, place)
    if over is not None:
        data = {"body": over.get("body", [""])[-1], "attachments": over.get("attachments", [])}
        data |= {"client_key": over["client_key"][-1]} if "client_key" in over else {}
    files = sent if sent is not None else data.get("attachments", [])
    return {
        "place": place,
        "body": body or str(data.get("body", "")),
        "restored": bool(data.get("body")) and not body,
        "client_key": str(data.get("client_key") or ids.client_key()),
        "attachments": uploads.waiting(request, [str(one) for one in (files if isinstance(files, list) else [files])]),
        "begins_another": following.is_late(found, clock.now()) and found.state in FINISHED_STATES,
        "attachment_limit": settings.ATTACHMENT_BYTES,
    }


def _seen_by_staff(found: Ticket) -> int:
    """How far anybody of the staff has read."""
    return max((mark.seq for mark in lookup.every(ReadMark, _STAFFS_MARKS, found.pk, str(Role.CONTACT))), default=0)
