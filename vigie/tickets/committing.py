"""When a case takes longer: the next update, promised for a stated time, with a clock."""

from datetime import datetime, timedelta

from vigie.journal.models import Audience
from vigie.kernel import clock
from vigie.kernel.rows import storable
from vigie.people.access import Viewer
from vigie.promises import clocks
from vigie.tickets import moving
from vigie.tickets.changing import changing, staff, tell
from vigie.tickets.errors import DoneTicketError, FarUpdateError, PastUpdateError
from vigie.tickets.lifecycle import Event
from vigie.tickets.models import UNSOLVED, State, Ticket

FARTHEST = timedelta(days=30)
LONGEST_NOTE = 200


def promise_update(*, viewer: Viewer, ticket: Ticket, due_at: datetime, note: str = "") -> Ticket:
    """Commit to an update by `due_at` (aware). The customer sees the time and the note; a promise made before is replaced.

    It answers nothing: a first reply that is due stays due. A ticket that waited for the customer is open again, since now
    something is owed. Raises NotAllowedError, PastUpdateError, FarUpdateError (30 days), DoneTicketError.
    """
    now = clock.now()
    by = staff(viewer)
    if due_at <= now:
        raise PastUpdateError
    if due_at > now + FARTHEST:
        raise FarUpdateError
    note = " ".join(storable(note).split())[:LONGEST_NOTE]
    with changing(ticket) as fresh:
        if fresh.state not in UNSOLVED:
            raise DoneTicketError
        if fresh.state == State.WAITING:
            moving.apply(fresh, Event.OPENED, at=now, by=by)
        clocks.commit(conversation_id=fresh.pk, due_at=due_at, by=by, note=note, at=now)
        tell(
            "ticket.next_update_promised",
            fresh,
            at=now,
            audience=Audience.CUSTOMER,
            by=by,
            data={"due": due_at.isoformat(), "note": note},
        )
    return ticket
