"""What can be wrong with a promise; each message is for the person who meets it."""

from django.utils.translation import gettext_lazy as _


class PromiseError(Exception):
    """The family; `str()` is translated into the active language."""

    message = _("The promise could not be changed.")

    def __str__(self) -> str:
        return str(self.message)


class NotAllowedError(PromiseError):
    message = _("Only an administrator may change the promises.")


class LimitError(PromiseError):
    message = _("The limit must be between one second and 90 days.")


class AimError(PromiseError):
    message = _("The aim must be at least one second and not above the limit.")


class ClosedCalendarError(PromiseError):
    message = _("This calendar has no working hours, so nothing could ever be due in it.")


class PastCommitmentError(PromiseError):
    message = _("The time promised for the next update must lie in the future.")


class FarCommitmentError(PromiseError):
    message = _("The time promised for the next update must lie within the next 90 days.")
