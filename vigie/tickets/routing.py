"""Moving a ticket to the department that can answer it."""

from vigie.journal.models import Audience
from vigie.kernel import clock
from vigie.people.access import Viewer
from vigie.people.models import Department
from vigie.promises import clocks
from vigie.tickets.changing import changing, staff, tell
from vigie.tickets.errors import DoneTicketError
from vigie.tickets.models import UNSOLVED, Ticket


def change_department(*, viewer: Viewer, ticket: Ticket, department: Department) -> Ticket:
    """Idempotent. A team that does not serve the new department loses the ticket, and so does its assignee; the clocks keep
    what was promised, or the new department's promise where that is due earlier. Raises NotAllowedError, DoneTicketError.
    """
    now = clock.now()
    by = staff(viewer)
    with changing(ticket) as fresh:
        if fresh.state not in UNSOLVED:
            raise DoneTicketError
        if fresh.department_id == department.pk:
            return ticket
        before, fresh.department = fresh.department_id, department
        if fresh.team is not None and fresh.team.department_id not in {None, department.pk}:
            fresh.team = fresh.assignee = None
        clocks.hasten(conversation_id=fresh.pk, department_id=department.pk, priority=fresh.priority, at=now)
        tell(
            "ticket.department_changed",
            fresh,
            at=now,
            audience=Audience.CUSTOMER,
            by=by,
            data={"from": before, "to": department.pk},
        )
    return ticket
