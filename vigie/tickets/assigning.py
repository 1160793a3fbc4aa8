"""Who has a ticket."""

from datetime import datetime

from vigie.journal.models import Audience
from vigie.kernel import clock
from vigie.people.access import Viewer
from vigie.people.models import User
from vigie.tickets import moving
from vigie.tickets.changing import changing, staff, tell
from vigie.tickets.errors import NobodyError, TakenError
from vigie.tickets.lifecycle import Event
from vigie.tickets.models import Ticket


def claim(*, viewer: Viewer, ticket: Ticket) -> Ticket:
    """Take a ticket nobody has. Of several who claim at once exactly one gets it; the others get TakenError with the name.

    Idempotent for who has it. A new ticket becomes open. Raises NotAllowedError, ClosedTicketError.
    """
    now = clock.now()
    by = staff(viewer)
    with changing(ticket) as fresh:
        if fresh.assignee_id == by.pk:
            return ticket
        if fresh.assignee is not None:
            raise TakenError(str(fresh.assignee))
        _give(fresh, by, by=by, at=now)
    return ticket


def assign(*, viewer: Viewer, ticket: Ticket, assignee: User) -> Ticket:
    """Give the ticket to a colleague, whoever has it now. Idempotent. Raises NotAllowedError, NobodyError, ClosedTicketError."""
    now = clock.now()
    by = staff(viewer)
    if not assignee.is_staff or not assignee.is_active:
        raise NobodyError
    with changing(ticket) as fresh:
        if fresh.assignee_id != assignee.pk:
            _give(fresh, assignee, by=by, at=now)
    return ticket


def unassign(*, viewer: Viewer, ticket: Ticket) -> Ticket:
    """Put the ticket back for everybody; its state stays. Idempotent. Raises NotAllowedError."""
    now = clock.now()
    by = staff(viewer)
    with changing(ticket) as fresh:
        if fresh.assignee_id is not None:
            fresh.assignee = None
            tell_assigned(fresh, by=by, at=now)
    return ticket


def _give(ticket: Ticket, to: User, *, by: User, at: datetime) -> None:
    moving.apply(ticket, Event.TAKEN, at=at, by=by)
    ticket.assignee = to
    tell_assigned(ticket, by=by, at=at)


def tell_assigned(ticket: Ticket, *, by: User | None, at: datetime) -> None:
    """The journal's line, after the fields are set and inside `changing`."""
    tell(
        "ticket.assigned",
        ticket,
        at=at,
        audience=Audience.STAFF,
        by=by,
        data={"assignee": ticket.assignee_id, "team": ticket.team.code if ticket.team else None},
    )
