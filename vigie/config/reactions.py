"""What follows from what: journal kind -> handlers. Each handler is idempotent and lives in the noun it changes."""

from vigie.journal import dispatch

REACTIONS: dict[str, list[str]] = {
    "person.invited": ["vigie.config.account_mails.send_invitation"],
    "person.reset_asked": ["vigie.config.account_mails.send_reset"],
}


def connect() -> None:
    """Tell the journal which handlers each kind has; handlers are imported when first needed."""
    dispatch.connect(REACTIONS)
