"""What people meet when something about people is refused. Each message is translated and fit to be shown as it is."""

from django.utils.translation import gettext_lazy as _


class PeopleError(Exception):
    """Refused. `field` names the form field the message belongs beside, empty when it concerns the whole."""

    message = _("This cannot be done.")

    def __init__(self, message: str | None = None, *, field: str = "") -> None:
        self.said = message if message is not None else self.message
        self.field = field
        super().__init__(self.said)

    def __str__(self) -> str:
        return str(self.said)


class NotAllowed(PeopleError):
    message = _("You may not do this. Ask an owner of the account or an administrator.")


class OwnersOwn(NotAllowed):
    """Who owns an account is decided by its owners, or by somebody who answers for the desk."""

    message = _("An owner sees everything of the account: only one of its owners, a team lead or an administrator may do this.")


class Invalid(PeopleError):
    """A value that cannot be kept; always names its field."""


class AddressTaken(PeopleError):
    message = _("This address already belongs to somebody else.")


class ReferenceTaken(PeopleError):
    message = _("This customer number already belongs to another customer.")


class LastOwner(PeopleError):
    message = _("An account keeps at least one owner. Make somebody else an owner first.")


class LastAdministrator(PeopleError):
    message = _("At least one active administrator must remain.")


class InvitationGone(PeopleError):
    message = _("This invitation was already used, was withdrawn or has expired. Ask for a new one.")


class LowContrast(PeopleError):
    """The accent colour cannot be read on the pages' backgrounds."""
