"""Solved tickets close once the days in which a reply reopens them are over."""

from datetime import timedelta

from vigie.kernel import clock
from vigie.people.models import Provider
from vigie.tickets import moving
from vigie.tickets.changing import changing
from vigie.tickets.lifecycle import Event
from vigie.tickets.models import State, Ticket

_AT_ONCE = 500


def close_solved() -> int:
    """Close what was solved `Provider.reopen_days` ago or earlier, at most 500 a run; how many. Any number may run at once."""
    now = clock.now()
    before = now - timedelta(days=Provider.objects.values_list("reopen_days", flat=True).get(pk=1))
    due = Ticket.objects.filter(solved_at__lt=before).extra(where=["state = 'solved'"])
    closed = 0
    for pk in list(due.order_by("solved_at", "pk").values_list("pk", flat=True)[:_AT_ONCE]):
        with changing(Ticket(pk=pk)) as ticket:
            # Looked at again under the lock: the customer may have replied since.
            if ticket.state == State.SOLVED and ticket.solved_at is not None and ticket.solved_at < before:
                closed += moving.apply(ticket, Event.CLOSED, at=now, by=None)
    return closed
