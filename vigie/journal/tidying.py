"""Reactions that are done are kept for a while, for those who ask why; then they go. Entries stay."""

from datetime import timedelta

from vigie.journal.models import Reaction, ReactionState
from vigie.kernel import clock

KEPT = timedelta(days=30)
BATCH = 1000


def forget_done() -> int:
    """Delete reactions done more than 30 days ago, in small transactions; how many. Parked and dismissed ones stay."""
    before = clock.now() - KEPT
    gone = 0
    while ids := list(
        Reaction.objects.filter(state=ReactionState.DONE, done_at__lt=before).order_by("id").values_list("id", flat=True)[:BATCH]
    ):
        gone += Reaction.objects.filter(id__in=ids).delete()[0]
    return gone
