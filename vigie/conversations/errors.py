"""What can be wrong with a message or a file; each text is for the person who meets it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class ConversationError(Exception):
    """The family; `str()` is translated into the active language."""

    message = _("The message could not be sent.")

    def __str__(self) -> str:
        return str(self.message)


class EmptyMessageError(ConversationError):
    message = _("Write something, or attach a file.")


class LongMessageError(ConversationError):
    message = _("This text is longer than a message may be. Attach it as a file instead.")


class MissingFilesError(ConversationError):
    """Some of the attached files are not waiting uploads of the sender."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count

    def __str__(self) -> str:
        return ngettext(
            "One attached file is no longer there. Remove it and attach it again.",
            "%(count)d attached files are no longer there. Remove them and attach them again.",
            self.count,
        ) % {"count": self.count}


class UploadRefused(ConversationError):
    """The family of reasons why a file is not taken; nothing of it is kept."""

    message = _("This file could not be received.")


class LargeFileError(UploadRefused):
    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    def __str__(self) -> str:
        return _("This file is larger than %(limit)d MB.") % {"limit": self.limit // (1024 * 1024)}


class EmptyFileError(UploadRefused):
    message = _("This file is empty.")


class DamagedPictureError(UploadRefused):
    message = _(
        "This picture is damaged, so the place where it was taken could not be removed from it. Send a screenshot of it instead."
    )


class ManyUploadsError(UploadRefused):
    message = _("Too many files are waiting to be sent. Send or remove some of them first.")


class FrequentUploadsError(UploadRefused):
    """`wait` in seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait

    def __str__(self) -> str:
        minutes = -(-self.wait // 60)
        return ngettext(
            "Many files were sent in the last hour. Try again in %(count)d minute.",
            "Many files were sent in the last hour. Try again in %(count)d minutes.",
            minutes,
        ) % {"count": minutes}


class ProofError(ConversationError):
    """The family of reasons why a proof link is not sent or not accepted."""

    message = _("The proof link could not be sent.")


class NobodyToProveError(ProofError):
    message = _("This conversation belongs to no customer, so there is no registered address to send a proof link to.")


class VerifiedAlreadyError(ProofError):
    message = _("This conversation is verified already.")


class ManyProofsError(ProofError):
    message = _("Enough proof links were sent to this address for today.")


class DeadProofError(ProofError):
    message = _("This link has been used or has expired. Ask the support team for a new one.")


class NotAllowedError(ConversationError):
    message = _("You may not do this.")
