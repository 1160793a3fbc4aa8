"""How every verb changes a ticket: the row locked, the change written, the counts and the place in the queue kept."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.people.access import Viewer, may_see
from vigie.people.models import User
from vigie.promises.models import Clock
from vigie.tickets import counting, due
from vigie.tickets.errors import NotAllowedError
from vigie.tickets.models import Ticket

_WRITTEN = (
    "department_id", "priority", "urgency", "state", "assignee_id", "team_id", "snippet", "due_at", "queue_at", "solved_at",
    "closed_at", "score", "score_comment", "scored_at",
)  # fmt: skip


@contextmanager
def changing(ticket: Ticket) -> Iterator[Ticket]:
    """One transaction with the ticket's row locked and fresh. At its end the changed fields, the counts and the place in
    the queue are written, and `ticket`, the caller's instance, stands as the row does. An error rolls everything back.
    """
    with transaction.atomic():
        fresh = Ticket.objects.select_for_update(of=("self", "conversation")).select_related("conversation").get(pk=ticket.pk)
        if connection.vendor == "postgresql":
            # Everywhere ticket, conversation, clocks, in this order: two verbs that took clocks as they came to them could
            # wait for each other.
            list(Clock.objects.select_for_update().filter(conversation=fresh.pk).order_by("pk").values_list("pk"))
        before, stood = counting.places(fresh), {name: getattr(fresh, name) for name in _WRITTEN}
        yield fresh
        due.set_on(fresh)
        changed = [name for name in _WRITTEN if getattr(fresh, name) != stood[name]]
        if changed:
            fresh.save(update_fields=changed)
        counting.moved(before, counting.places(fresh))
    for name in _WRITTEN:
        setattr(ticket, name, getattr(fresh, name))
    ticket.conversation = fresh.conversation


def staff(viewer: Viewer) -> User:
    """The member of staff who acts; raises NotAllowedError for anybody else."""
    if viewer.user is None or not viewer.is_staff:
        raise NotAllowedError
    return viewer.user


def customer_of(viewer: Viewer, ticket: Ticket) -> User:
    """The contact who acts; raises NotAllowedError for staff and for whom the ticket is not visible."""
    if viewer.user is None or viewer.is_staff or not sees(viewer, ticket):
        raise NotAllowedError
    return viewer.user


def sees(viewer: Viewer, ticket: Ticket) -> bool:
    """The rule of `Ticket.objects.visible_to`, for a ticket in hand."""
    return may_see(
        viewer,
        customer_id=ticket.conversation.customer_id,
        department=ticket.department_id,
        contact_id=ticket.conversation.contact_id,
    )


def tell(
    kind: str, ticket: Ticket, *, at: datetime, audience: Audience, by: User | None, data: Mapping[str, Any] | None = None
) -> None:
    """The journal's line about a ticket, in the caller's transaction."""
    record(
        kind,
        at=at,
        audience=audience,
        actor_id=by.pk if by else None,
        customer_id=ticket.conversation.customer_id,
        conversation_id=ticket.pk,
        data=data,
    )
