"""The only writer of the journal."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from vigie.journal import dispatch, order, tail
from vigie.journal.models import Audience
from vigie.kernel import sql
from vigie.kernel.rows import bound

# By hand: every deed writes a line, and the ORM would cost seven times as much.
_ENTRY = (
    "INSERT INTO journal_entry (at, kind, audience, actor_id, customer_id, conversation_id, data)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s)"
)
_REACTION = (
    "INSERT INTO journal_reaction (entry_id, handler, state, attempts, due_at, error)"
    " VALUES (%s, %s, 'waiting', 0, %s, '')"
)


def record(
    kind: str,
    *,
    at: datetime,
    audience: Audience,
    actor_id: int | None = None,
    customer_id: int | None = None,
    conversation_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> int:
    """Write one line and its reactions inside the caller's transaction; after the commit, wake what waits for it.

    Returns the line's id. `kind` is `noun.past_participle`, as in `ticket.opened`. Raises `TransactionManagementError` outside
    a transaction: a line without its deed, or a deed without its line, must not exist.
    """
    if not connection.in_atomic_block:
        msg = f"journal line {kind} outside a transaction"
        raise transaction.TransactionManagementError(msg)
    order.hold()
    told, when = data or {}, bound(at)
    values = (when, kind, audience, actor_id, customer_id, conversation_id, json.dumps(told))
    entry_id = sql.put(_ENTRY, values) or 0
    for handler in dispatch.handlers_of(kind, told):
        sql.change(_REACTION, (entry_id, handler, when))
    _ring_once()
    return entry_id


def _ring_once() -> None:
    """Ring after the commit, once for all the lines of a savepoint."""
    hooks = connection.run_on_commit
    if not hooks or hooks[-1][1] is not tail.ring or hooks[-1][0] != set(connection.savepoint_ids):
        transaction.on_commit(tail.ring)
