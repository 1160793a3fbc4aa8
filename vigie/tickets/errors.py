"""What can be wrong with a ticket; each text is for the person who meets it."""

from django.utils.translation import gettext_lazy as _


class TicketError(Exception):
    """The family; `str()` is translated into the active language. `field` is the form's field to stand beside, if any."""

    message = _("The ticket could not be changed.")
    field = ""

    def __str__(self) -> str:
        return str(self.message)


class NotAllowedError(TicketError):
    message = _("You may not do this.")


class NotYoursError(TicketError):
    message = _("This account is not yours to open a ticket for.")


class ClosedDepartmentError(TicketError):
    message = _("This department does not take tickets. Choose another.")
    field = "department"


class SubjectError(TicketError):
    message = _("Say in a few words what it is about (at most 200 characters).")
    field = "subject"


class PriorityError(TicketError):
    message = _("Choose Regular or High.")
    field = "priority"


class SamePriorityError(TicketError):
    message = _("The ticket has this priority already.")
    field = "priority"


class ReasonError(TicketError):
    message = _("Give the reason: the customer sees it.")
    field = "reason"


class NoteError(TicketError):
    message = _("Say in the note what the next person must know.")
    field = "note"


class UsedKeyError(TicketError):
    """The idempotency key belongs to something else."""

    message = _("This form was used for something else. Open a new one; your text is kept as a draft.")


class MissingServiceError(TicketError):
    message = _("Choose the service concerned, or type its IP address, order number or name.")
    field = "service"


class StrangeServiceError(TicketError):
    """What was typed names none of the customer's services, or more than one; `told` says which in words."""

    field = "service"

    def __init__(self, told: str) -> None:
        super().__init__(told)
        self.told = told

    def __str__(self) -> str:
        return self.told


class MissingBeginError(TicketError):
    message = _("Say since when: the date and the time.")
    field = "began"


class TakenError(TicketError):
    """Somebody else has it; `name` is who."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return _("%(name)s has taken this ticket already.") % {"name": self.name}


class NobodyError(TicketError):
    message = _("Tickets are assigned to active staff only.")
    field = "assignee"


class TopLevelError(TicketError):
    message = _("There is no higher level to escalate to.")
    field = "team"


class BottomLevelError(TicketError):
    message = _("There is no lower level to hand it back to.")
    field = "team"


class TeamError(TicketError):
    message = _("This team is not on the right level or does not serve this department.")
    field = "team"


class MoveError(TicketError):
    message = _("This is not possible in the ticket’s present state.")
    field = "state"


class UnansweredError(MoveError):
    message = _("Answer the customer first: nobody has, and the promise of a first reply still runs.")


class ClosedTicketError(MoveError):
    message = _("This ticket is closed. Open it again before answering.")


class DoneTicketError(MoveError):
    message = _("This ticket is done. Open it again first.")


class NewerMessagesError(TicketError):
    """Something arrived since the page was opened; the sender looks and sends again with `seen_seq`."""

    message = _("A message arrived while you were writing. Read it, then send again.")

    def __init__(self, seen_seq: int) -> None:
        super().__init__(seen_seq)
        self.seen_seq = seen_seq


class SentAlreadyError(TicketError):
    message = _("This reply has been sent already.")


class ScoreError(TicketError):
    message = _("Give one to five stars.")
    field = "score"


class RatingClosedError(TicketError):
    message = _("A rating can be changed for one day.")
    field = "score"


class EarlyRatingError(TicketError):
    message = _("A ticket is rated once it is solved.")
    field = "score"


class TagError(TicketError):
    message = _("A tag has one to 40 letters, digits or hyphens, and a ticket at most 20 tags.")
    field = "tag"


class FarUpdateError(TicketError):
    message = _("Promise the next update within the next 30 days.")
    field = "due_at"


class PastUpdateError(TicketError):
    message = _("The time promised for the next update must lie in the future.")
    field = "due_at"
