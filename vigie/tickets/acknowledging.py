"""The acknowledgement: at once, with the number and the promise."""

from django.utils import translation

from vigie.conversations.models import Author, Message
from vigie.journal.models import Entry
from vigie.kernel import clock
from vigie.promises import clocks
from vigie.promises.models import Kind
from vigie.tickets.addressee import addressee_of, ticket_of, write


def acknowledge(entry: Entry) -> None:
    """Reaction to `ticket.opened`: one mail, and the acknowledgement clock met. Idempotent.

    What staff open in a customer's name is no request that was received: its first message is mailed instead.
    """
    ticket = ticket_of(entry.conversation_id)
    if ticket is None or not Message.objects.filter(conversation=ticket.pk, seq=1, author=Author.CUSTOMER).exists():
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
