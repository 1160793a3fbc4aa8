"""Full-text search over messages: FTS5 on SQLite, tsvector on PostgreSQL, one call. Newest first, always.

Both engines are fed the same plain tokens (`tokens`), so that what a word is does not depend on the database and no
character of a query has a meaning of its own. Who may find what is part of the index: a search by a contact only ever walks
the entries of that contact's customers. A search is over in time whatever it asks for: it then tells how far it came.
"""

import time
from collections.abc import Collection

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from vigie.kernel import sql

from . import fts5, tsvector
from .asked import ABOVE_ALL, Asked, Found, Texts
from .words import LONGEST, pieces, tokens

__all__ = ["PATIENCE", "Found", "create", "create_words", "drop", "drop_words", "find", "index", "tokens"]

PATIENCE = 0.014
"""Seconds after which no further part of the index is begun."""


def create(connection: BaseDatabaseWrapper) -> None:
    """Make the index; called by a migration."""
    with connection.cursor() as cursor:
        cursor.execute(tsvector.TABLE if connection.vendor == "postgresql" else fts5.TABLE)


def create_words(connection: BaseDatabaseWrapper) -> None:
    """The list of words beside the index of SQLite; PostgreSQL needs none."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(fts5.WORDS)


def drop_words(connection: BaseDatabaseWrapper) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE message_word")


def drop(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE message_search")


def index(*, message_id: int, conversation_id: int, customer_id: int | None, is_note: bool, text: str) -> None:
    """Make a message findable, in the caller's transaction. Once per message."""
    words = tokens(text[:LONGEST])
    if sql.on_sqlite():
        fts5.put(message_id=message_id, customer_id=customer_id, is_note=is_note, words=words)
    else:
        tsvector.put(message_id=message_id, conversation_id=conversation_id, customer_id=customer_id, is_note=is_note, words=words)


def find(
    query: str,
    *,
    texts: Texts,
    customer_ids: Collection[int] | None,
    notes: bool,
    before_id: int | None = None,
    limit: int = 20,
    patience: float = PATIENCE,
) -> Found:
    """Messages holding every word of `query`, newest first, below `before_id`: `limit` of them, or those met in time.

    A word is matched from its start (`serv` finds `serveur`); what is written in one piece (`203.0.113.7`) is found in one
    piece. `customer_ids` None: no matter whose (staff); else only messages of those customers. `notes`: internal notes too.
    Any text is a safe query; one without a letter or digit finds nothing. Asking again with the `before` of what was found
    goes on where it stopped, always further, until `before` is None: nothing is skipped and nothing told twice.
    """
    asked_for = pieces(query)
    before = ABOVE_ALL if before_id is None else min(before_id, ABOVE_ALL)
    if not asked_for or limit < 1 or before <= 0 or (customer_ids is not None and not customer_ids):
        return Found([], None)
    asked = Asked(asked_for, customer_ids, notes, before, limit, texts, time.monotonic() + patience)
    return tsvector.find(asked) if connections["default"].vendor == "postgresql" else fts5.find(asked)
