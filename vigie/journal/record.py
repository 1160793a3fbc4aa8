"""The only writer of the journal."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from vigie.journal import dispatch, order, tail
from vigie.journal.models import Audience, Entry

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
) -> Entry:
    """Write one line and its reactions inside the caller's transaction; after the commit, wake what waits for it.

    `kind` is `noun.past_participle`, as in `ticket.opened`. Raises `TransactionManagementError` outside a transaction:
    a line without its deed, or a deed without its line, must not exist.
    """
    if not connection.in_atomic_block:
        msg = f"journal line {kind} outside a transaction"
        raise transaction.TransactionManagementError(msg)
    order.hold()
    entry = Entry(
        kind=kind,
        at=at,
        audience=audience,
        actor_id=actor_id,
        customer_id=customer_id,
        conversation_id=conversation_id,
        data=dict(data or {}),
    )
    with connection.cursor() as cursor:
        entry.id = _insert(cursor, entry)
        if handlers := dispatch.handlers_of(kind, entry.data):
            rows = [(entry.id, handler, connection.ops.adapt_datetimefield_value(at)) for handler in handlers]
            cursor.executemany(_REACTION, rows)
    transaction.on_commit(tail.ring)
    return entry


def _insert(cursor: CursorWrapper, entry: Entry) -> int:
    values = [
        connection.ops.adapt_datetimefield_value(entry.at),
        entry.kind,
        entry.audience,
        entry.actor_id,
        entry.customer_id,
        entry.conversation_id,
        json.dumps(entry.data),
    ]
    if connection.vendor == "sqlite":
        cursor.execute(_ENTRY, values)
        return int(cursor.lastrowid)
    cursor.execute(_ENTRY + " RETURNING id", values)
    return int(cursor.fetchone()[0])
