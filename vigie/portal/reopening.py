"""Till when a reply reopens a solved ticket."""

from datetime import datetime, timedelta

from vigie.people.models import Provider
from vigie.tickets.models import State, Ticket


def reopens_till(ticket: Ticket) -> datetime | None:
    """The instant after which a solved ticket closes; None for a ticket in another state."""
    if ticket.state != State.SOLVED or ticket.solved_at is None:
        return None
    return ticket.solved_at + timedelta(days=Provider.objects.get().reopen_days)
