"""Reactions that failed too often: staff see why, run them again, or dismiss them."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from vigie.journal.models import Audience, Reaction, ReactionState
from vigie.journal.record import record
from vigie.kernel import clock


class NotParked(Exception):
    """Somebody else ran or dismissed it already."""

    def __init__(self) -> None:
        super().__init__(_("This was run again or dismissed already."))


def parked(after: int | None = None, limit: int = 50) -> Sequence[Reaction]:
    """Parked reactions with their entries, newest first; the next page starts after the last id of this one."""
    rows = _rows()
    if after is not None:
        rows = rows.filter(id__lt=after)
    return list(rows[:limit])


def count() -> int:
    """How many are parked; an index holds just these."""
    return Reaction.objects.filter(state=ReactionState.PARKED).count()


def rerun(*, reaction_id: int, actor_id: int) -> Reaction:
    """Let it be tried again at once, with a fresh number of tries. Raises NotParked."""
    return _move(reaction_id, actor_id, "reaction.rerun", {"state": ReactionState.WAITING, "attempts": 0})


def dismiss(*, reaction_id: int, actor_id: int) -> Reaction:
    """Decide that it need not happen. The error is kept. Raises NotParked."""
    return _move(reaction_id, actor_id, "reaction.dismissed", {"state": ReactionState.DISMISSED})


def _rows() -> QuerySet[Reaction]:
    return Reaction.objects.filter(state=ReactionState.PARKED).select_related("entry").order_by("-id")


def _move(reaction_id: int, actor_id: int, kind: str, changes: dict[str, Any]) -> Reaction:
    now = clock.now()
    with transaction.atomic():
        moved = Reaction.objects.filter(id=reaction_id, state=ReactionState.PARKED).update(due_at=now, **changes)
        if not moved:
            raise NotParked
        reaction = Reaction.objects.select_related("entry").get(id=reaction_id)
        record(
            kind, at=now, audience=Audience.STAFF, actor_id=actor_id,
            customer_id=reaction.entry.customer_id, conversation_id=reaction.entry.conversation_id,
            data={"reaction": reaction.id, "handler": reaction.handler, "entry": reaction.entry_id},
        )  # fmt: skip
    return reaction
