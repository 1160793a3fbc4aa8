"""Tickets as rows of a list: what the customer sees of each, in three queries however many there are."""

from collections.abc import Iterable
from dataclasses import dataclass

from vigie.conversations.models import ReadMark
from vigie.people.access import Viewer
from vigie.promises.models import Clock, ClockState, Kind
from vigie.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket, the running or paused clock that is due first (acknowledgements apart), and whether something is unread."""

    ticket: Ticket
    clock: Clock | None
    unread: bool


def rows_of(viewer: Viewer, tickets: Iterable[Ticket]) -> list[Row]:
    """Rows for tickets fetched with their conversation and service."""
    tickets = list(tickets)
    keys = [ticket.pk for ticket in tickets]
    live = Clock.objects.filter(
        conversation__in=keys, state__in=[ClockState.RUNNING, ClockState.PAUSED], kind__in=[Kind.FIRST_REPLY, Kind.NEXT_UPDATE]
    ).order_by("-due_at")
    due = {clock.conversation_id: clock for clock in live}
    marks = ReadMark.objects.filter(user=viewer.user, conversation__in=keys).values_list("conversation_id", "seq")
    read = dict(marks)
    return [
        Row(ticket, due.get(ticket.pk), ticket.conversation.last_public_seq > read.get(ticket.pk, 0))
        for ticket in tickets
    ]
