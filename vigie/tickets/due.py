"""The instant at which the customer is owed a human word, kept on the ticket so that the queue is one index."""

from datetime import datetime, timedelta

from django.db import connection

from vigie.conversations.models import Conversation
from vigie.kernel import rows
from vigie.tickets.models import Ticket

_LATER = timedelta(days=365_242)  # a thousand years: behind every clock, the longest silent first

# Broken and unanswered still counts: such a ticket stands first. Acknowledgements are automatic, nobody's work.
_OWED = """
SELECT MIN(due_at) FROM promises_clock WHERE conversation_id = %s AND kind IN ('first_reply', 'next_update')
AND (state = 'running' OR (state = 'broken' AND settled_at IS NULL))
"""


def place_in_queue(due_at: datetime | None, last_message_at: datetime) -> datetime:
    """`Ticket.queue_at`: the due instant, or where nothing is owed behind all of those, by the newest public message."""
    return due_at or last_message_at + _LATER


def owed(conversation_id: int) -> datetime | None:
    """The earliest due instant of the human promises still waited for, or None. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_OWED, [conversation_id])
        value = cursor.fetchall()[0][0]
    return None if value is None else rows.instant(value)


def keep(*, conversation_id: int) -> None:
    """After clocks were started, met, broken or committed outside the verbs of tickets: bring the ticket's place up to date.

    In the caller's transaction. Nothing happens where the conversation has no ticket. Idempotent.
    """
    last = Conversation.objects.values_list("updated_at", flat=True).get(pk=conversation_id)
    due_at = owed(conversation_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tickets_ticket SET due_at = %s, queue_at = %s WHERE conversation_id = %s",
            [rows.bound(due_at), rows.bound(place_in_queue(due_at, last)), conversation_id],
        )


def set_on(ticket: Ticket) -> None:
    """The same on a ticket in hand, which the caller saves."""
    ticket.due_at = owed(ticket.pk)
    ticket.queue_at = place_in_queue(ticket.due_at, ticket.conversation.updated_at)
