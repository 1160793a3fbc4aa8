"""The only writer of the journal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from vigie.journal import dispatch, tail
from vigie.journal.models import Audience, Entry, Reaction


def record(
    kind: str,
    *,
    at: datetime,
    audience: Audience,
    actor_id: int | None = None,
    customer_id: int | None = None,
    conversation_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> Entry:
    """Write one line and its reactions inside the caller's transaction; after the commit, wake what waits for it.

    `kind` is `noun.past_participle`, as in `ticket.opened`. Raises `TransactionManagementError` outside a transaction:
    a line without its deed, or a deed without its line, must not exist.
    """
    if not transaction.get_connection().in_atomic_block:
        msg = f"journal line {kind} outside a transaction"
        raise transaction.TransactionManagementError(msg)
    tail.keep_order()
    entry = Entry.objects.create(
        kind=kind,
        at=at,
        audience=audience,
        actor_id=actor_id,
        customer_id=customer_id,
        conversation_id=conversation_id,
        data=dict(data or {}),
    )
    handlers = dispatch.handlers_of(kind)
    if handlers:
        Reaction.objects.bulk_create(Reaction(entry=entry, handler=handler, due_at=at) for handler in handlers)
    transaction.on_commit(tail.ring)
    return entry
