"""States in the customer's words: what is going on, and whose turn it is."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vigie.inventory.models import ServiceState
from vigie.tickets.models import State

OPEN_STATES = (State.NEW, State.OPEN, State.WAITING, State.HOLD)
FINISHED_STATES = (State.SOLVED, State.CLOSED)

STATES: dict[str, tuple[str | Promise, str, str]] = {
    State.NEW: (_("Received"), "accent", "inbox"),
    State.OPEN: (_("In progress"), "accent", "loader"),
    State.WAITING: (_("Waiting for you"), "warn", "message-circle-reply"),
    State.HOLD: (_("On hold"), "", "pause"),
    State.SOLVED: (_("Solved"), "ok", "circle-check"),
    State.CLOSED: (_("Closed"), "", "archive"),
}
"""State -> words, tone of the tag, icon."""

SERVICE_STATES: dict[str, tuple[str | Promise, str, str]] = {
    ServiceState.ACTIVE: (_("Working"), "ok", "circle-check"),
    ServiceState.DEGRADED: (_("Degraded"), "warn", "triangle-alert"),
    ServiceState.DOWN: (_("Down"), "danger", "circle-x"),
    ServiceState.MAINTENANCE: (_("In maintenance"), "warn", "wrench"),
    ServiceState.SUSPENDED: (_("Suspended"), "", "circle-pause"),
    ServiceState.ENDED: (_("Ended"), "", "circle-off"),
}

WORST_FIRST = [
    ServiceState.DOWN,
    ServiceState.DEGRADED,
    ServiceState.MAINTENANCE,
    ServiceState.ACTIVE,
    ServiceState.SUSPENDED,
    ServiceState.ENDED,
]

SIGNS = {
    "ticket.opened": "plus",
    "ticket.state_changed": "arrow-right",
    "ticket.priority_changed": "octagon-alert",
    "ticket.next_update_promised": "clock",
    "ticket.rated": "star",
    "ticket.followed_up": "corner-down-right",
    "conversation.verified": "shield-check",
}
"""Journal kind -> icon of its line in the ticket's history."""
