"""The follow-up: a new ticket, linked to one that ended too long ago to be reopened."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from vigie.conversations.models import Author, Channel, Message
from vigie.conversations.posting import Said
from vigie.journal.models import Audience
from vigie.kernel import clock
from vigie.people.access import Viewer
from vigie.people.models import Provider
from vigie.promises.models import Priority
from vigie.tickets.changing import customer_of, staff, tell
from vigie.tickets.errors import NotAllowedError
from vigie.tickets.models import State, Ticket
from vigie.tickets.opening import begin_ticket, opening_trust


def is_late(ticket: Ticket, at: datetime) -> bool:
    """Whether a reply at `at` comes after the days in which it would reopen the ticket."""
    if ticket.solved_at is None:
        return False
    days = Provider.objects.values_list("reopen_days", flat=True).get(pk=1)
    return at > ticket.solved_at + timedelta(days=days)


def follow_up(
    *, viewer: Viewer, ticket: Ticket, body: str, client_key: UUID, attachment_ids: Collection[UUID] = ()
) -> Ticket:
    """Begin a new ticket that follows a solved or closed one, by the customer or by staff. Idempotent by `client_key`.

    Same customer, subject, department and service; regular priority; clocks of its own. Raises NotAllowedError, ConversationError.
    """
    now = clock.now()
    _by = staff(viewer) if viewer.is_staff else customer_of(viewer, ticket)
    if ticket.state not in {State.SOLVED, State.CLOSED}:
        raise NotAllowedError
    with transaction.atomic():
        message = begin_follow_up(
            viewer=viewer, ticket=ticket, body=body, client_key=client_key, attachment_ids=attachment_ids, at=now
        )
    return Ticket.objects.select_related("conversation").get(pk=message.conversation_id)


def begin_follow_up(
    *, viewer: Viewer, ticket: Ticket, body: str, client_key: UUID, attachment_ids: Collection[UUID], at: datetime
) -> Message:
    """The writing part, in the caller's transaction; the first message of the new ticket."""
    before = ticket.conversation
    if before.customer is None:  # nobody's ticket has nobody to reply late
        raise NotAllowedError
    said = Said(
        author=Author.AGENT if viewer.is_staff else Author.CUSTOMER, channel=Channel.TICKET, body=body,
        trust=opening_trust(viewer), user=viewer.user, attachment_ids=attachment_ids,
    )  # fmt: skip
    made = begin_ticket(
        said=said, subject=before.subject, customer=before.customer, viewer=viewer, department_id=ticket.department_id,
        priority=Priority.REGULAR, critical=None, client_key=client_key, at=at, follows=ticket,
    )  # fmt: skip
    if not made.is_repeat:
        if ticket.service_id is not None:
            Ticket.objects.filter(pk=made.pk).update(service=ticket.service_id)
        tell(
            "ticket.followed_up", ticket, at=at, audience=Audience.CUSTOMER, by=viewer.user,
            data={"number": ticket.number, "by": made.number},
        )  # fmt: skip
    return Message.objects.get(conversation=made.pk, seq=1)
