"""What follows from what: journal kind -> handlers. Each handler is idempotent and lives in the noun it changes."""

from collections.abc import Sequence

from vigie.journal import dispatch
from vigie.journal.dispatch import Only, only

REACTIONS: dict[str, Sequence[str | Only]] = {
    "person.invited": ["vigie.config.account_mails.send_invitation"],
    "customer.address_changed": ["vigie.config.account_mails.registered_address_changed"],
    "person.reset_asked": ["vigie.config.account_mails.send_reset"],
    "ticket.opened": ["vigie.tickets.acknowledging.acknowledge"],
    "message.posted": [only("vigie.tickets.informing.answered", author="agent", is_note=False)],
    "ticket.priority_changed": ["vigie.tickets.informing.priority_changed"],
    "ticket.next_update_promised": ["vigie.tickets.informing.update_promised"],
    "ticket.state_changed": ["vigie.tickets.informing.state_changed"],
    "clock.warned": ["vigie.tickets.alarming.warned"],
    "clock.broken": ["vigie.tickets.alarming.broken"],
}


def connect() -> None:
    """Tell the journal which handlers each kind has; handlers are imported when first needed."""
    dispatch.connect(REACTIONS)
