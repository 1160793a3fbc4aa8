"""What may go wrong with the inventory, in words for the person who meets it."""

from django.utils.translation import gettext_lazy as _


class InventoryError(Exception):
    """The family; `str()` is translated into the active language."""

    message = _("This cannot be done.")

    def __init__(self, message: str = "") -> None:
        self.said = message
        super().__init__(message)

    def __str__(self) -> str:
        return str(self.said or self.message)


class NotAllowedError(InventoryError):
    message = _("You may not do this.")


class Unreadable(InventoryError):
    """A file that cannot be imported at all."""


class RowRefused(InventoryError):
    """One row that cannot be taken; the others can."""


class ActionRefused(InventoryError):
    """A guarded action that is not available here, or not to this person; nothing was sent."""


class UnverifiedError(ActionRefused):
    message = _("This conversation is not verified. Send a proof link to the registered address first.")


class UnknownActionError(ActionRefused):
    message = _("This action is not available for this service.")


class ActionsBroken(InventoryError):
    """The file that declares the guarded actions is wrong; the message says where."""
