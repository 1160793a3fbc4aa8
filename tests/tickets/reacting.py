"""Running what follows from the journal, as the dispatcher would."""

from vigie.journal.dispatch import dispatch_due
from vigie.journal.models import Reaction, ReactionState


def react() -> None:
    """Run every reaction that waits, and theirs; one that fails is a failed test, with its traceback."""
    while dispatch_due():
        pass
    failed = Reaction.objects.exclude(state=ReactionState.DONE).exclude(error="").first()
    assert failed is None, failed.error
