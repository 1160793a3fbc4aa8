"""Changing the priority, with a reason the customer sees."""

from vigie.journal.models import Audience
from vigie.kernel import clock
from vigie.kernel.rows import storable
from vigie.people.access import Viewer
from vigie.promises import clocks
from vigie.promises.models import Priority
from vigie.tickets.changing import changing, staff, tell
from vigie.tickets.errors import DoneTicketError, PriorityError, ReasonError, SamePriorityError
from vigie.tickets.models import UNSOLVED, Ticket

LONGEST_REASON = 300


def change_priority(*, viewer: Viewer, ticket: Ticket, priority: str, reason: str) -> Ticket:
    """Set the priority. High gets its promise from now on, and nothing ever becomes due later than the customer was told.

    The reason stands in the customer's timeline. Raises NotAllowedError, PriorityError, SamePriorityError, ReasonError,
    DoneTicketError.
    """
    now = clock.now()
    by = staff(viewer)
    reason = " ".join(storable(reason).split())
    if priority not in Priority.values:
        raise PriorityError
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise ReasonError
    with changing(ticket) as fresh:
        if fresh.state not in UNSOLVED:
            raise DoneTicketError
        if fresh.priority == priority:
            raise SamePriorityError
        before, fresh.priority = fresh.priority, Priority(priority)
        fresh.urgency = 0 if priority == Priority.HIGH else 1
        clocks.hasten(conversation_id=fresh.pk, department_id=fresh.department_id, priority=priority, at=now)
        tell(
            "ticket.priority_changed",
            fresh,
            at=now,
            audience=Audience.CUSTOMER,
            by=by,
            data={"from": str(before), "to": str(fresh.priority), "reason": reason},
        )
    return ticket
