"""The acknowledgement: at once, with the number and the promise."""

from django.db import connection
from django.utils import translation

from vigie.conversations.models import Author
from vigie.journal.models import Entry
from vigie.kernel import clock
from vigie.promises import clocks
from vigie.promises.models import Kind
from vigie.tickets.addressee import addressee_of, ticket_of, write

_ASKED = "SELECT 1 FROM conversations_message WHERE conversation_id = %s AND seq = 1 AND author = 'customer'"


def acknowledge(entry: Entry) -> None:
    """Reaction to `ticket.opened`: one mail, and the acknowledgement clock met. Idempotent.

    What staff open in a customer's name is no request that was received: its first message is mailed instead.
    """
    ticket = ticket_of(entry.conversation_id)
    if ticket is None or not _was_asked(ticket.pk):
        return
    to = addressee_of(ticket)
    if to is not None:
        with translation.override(to.language):
            context = {
                "department": ticket.department.name,
                "priority": ticket.get_priority_display(),
                "due_at": ticket.due_at,
            }
            write(ticket, to, key=f"ack:{ticket.pk}", kind="acknowledgement", template="acknowledged", context=context)
    clocks.meet(conversation_id=ticket.pk, kind=Kind.ACKNOWLEDGEMENT, at=clock.now(), author=Author.AUTO)


def _was_asked(conversation_id: int) -> bool:
    """Whether the first word is a customer's."""
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [conversation_id])
        return bool(cursor.fetchall())
