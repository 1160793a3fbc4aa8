"""Finding messages by their words."""

from collections.abc import Collection

from vigie.conversations.models import Message
from vigie.kernel import search
from vigie.kernel.search import Found


def find(
    query: str, *, customer_ids: Collection[int] | None, notes: bool, before_id: int | None = None, limit: int = 20
) -> Found:
    """As `kernel.search.find`: the newest messages that hold every word, and where to go on."""
    return search.find(
        query, texts=texts, customer_ids=customer_ids, notes=notes, before_id=before_id, limit=limit
    )


def texts(ids: list[int]) -> dict[int, str]:
    """What was given to the index for these messages: the first of a conversation is found by its subject too."""
    rows = Message.objects.filter(id__in=ids).values_list("id", "seq", "conversation__subject", "body")
    return {one: f"{subject}\n{body}" if seq == 1 else body for one, seq, subject, body in rows}
