"""What may go wrong with the inventory, in words for the person who meets it."""


class InventoryError(Exception):
    """The family; the message is translated and fit to be shown."""


class Unreadable(InventoryError):
    """A file that cannot be imported at all."""


class RowRefused(InventoryError):
    """One row that cannot be taken; the others can."""


class ActionRefused(InventoryError):
    """A guarded action that is not available here, or not to this person."""


class ActionsBroken(InventoryError):
    """The file that declares the guarded actions is wrong."""
