"""Full-text search over messages: FTS5 on SQLite, tsvector on PostgreSQL, one call. Newest first, always.

Both engines are fed the same plain tokens (`tokens`), so that what a word is does not depend on the database and no
character of a query has a meaning of its own. Who may find what is part of the index: a search by a contact only ever walks
the entries of that contact's customers, so it costs the same whether the provider has ten messages or ten million.
"""

import re
import unicodedata
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

LONGEST = 200_000
"""Characters of a text that are indexed."""
MOST_WORDS = 12
LONGEST_WORD = 60

_WORD = re.compile(r"[^\W_]+")

# On SQLite `scope` holds `p c<customer> v<conversation>` for what customers may read, `n s<customer> w<conversation>` for a
# note: a contact's search names only `c` and `v` and cannot meet a note. Contentless: nothing is stored twice.
_PUBLIC, _NOTE = "p c{} v{}", "n s{} w{}"
_SQLITE = """
CREATE VIRTUAL TABLE message_search USING fts5(
    text, scope, content='', tokenize='unicode61 remove_diacritics 2', prefix='2 3'
)
"""
# The words there are, so that the start of one becomes the few that begin so: FTS5 itself would first copy every entry of all of
# them, which takes 100 ms for a word that stands in a million messages.
_WORDS = "CREATE TABLE message_word (word text PRIMARY KEY) WITHOUT ROWID"
MOST_ENDINGS = 100
_INDEXED_STARTS = 3  # letters up to which FTS5 has the starts themselves as words (`prefix`)

_POSTGRES = """
CREATE TABLE message_search (
    message_id bigint PRIMARY KEY, conversation_id bigint NOT NULL, customer_id bigint, is_note boolean NOT NULL,
    words tsvector NOT NULL
);
CREATE INDEX message_search_words ON message_search USING gin (words);
CREATE INDEX message_search_customer ON message_search (customer_id, message_id);
CREATE INDEX message_search_conversation ON message_search (conversation_id, message_id)
"""


def create(connection: BaseDatabaseWrapper) -> None:
    """Make the index; called by a migration."""
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRES if connection.vendor == "postgresql" else _SQLITE)


def create_words(connection: BaseDatabaseWrapper) -> None:
    """The list of words beside the index of SQLite; PostgreSQL needs none."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(_WORDS)


def drop_words(connection: BaseDatabaseWrapper) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE message_word")


def drop(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE message_search")


def tokens(text: str) -> list[str]:
    """The words of a text as the index keeps them: no accents, one case, letters and digits only."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return [word[:LONGEST_WORD] for word in _WORD.findall(text.casefold())]


def index(*, message_id: int, conversation_id: int, customer_id: int | None, is_note: bool, text: str) -> None:
    """Make a message findable, in the caller's transaction. Once per message."""
    found = tokens(text[:LONGEST])
    words = " ".join(found)
    connection = connections["default"]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "INSERT INTO message_search (message_id, conversation_id, customer_id, is_note, words)"
                " VALUES (%s, %s, %s, %s, to_tsvector('simple', %s))",
                [message_id, conversation_id, customer_id, is_note, words],
            )
        else:
            cursor.execute(
                "INSERT INTO message_search (rowid, text, scope) VALUES (%s, %s, %s)",
                [message_id, words, (_NOTE if is_note else _PUBLIC).format(customer_id or 0, conversation_id)],
            )
            longer = [(word,) for word in sorted(set(found)) if len(word) > _INDEXED_STARTS]
            cursor.executemany("INSERT OR IGNORE INTO message_word (word) VALUES (%s)", longer)


def find(
    query: str,
    *,
    customer_ids: Collection[int] | None,
    notes: bool,
    conversation_id: int | None = None,
    before_id: int | None = None,
    limit: int = 20,
) -> list[int]:
    """Ids of messages holding every word of `query`, newest first, below `before_id`.

    A word is matched from its start (`serv` finds `serveur`); what is written in one piece (`203.0.113.7`) is found in one
    piece. `customer_ids` None: no matter whose (staff); else only messages of those customers. `notes`: internal notes too.
    Any text is a safe query; one without a letter or digit finds nothing.
    """
    pieces = [piece for piece in (tokens(word) for word in query[:1000].split()) if piece][:MOST_WORDS]
    if not pieces or limit < 1 or (customer_ids is not None and not customer_ids):
        return []
    connection = connections["default"]
    asked = _Asked(pieces, customer_ids, notes, conversation_id, before_id, limit)
    sql, parameters = (_postgres if connection.vendor == "postgresql" else _sqlite)(asked)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [row[0] for row in cursor.fetchall()]


class _Asked(NamedTuple):
    pieces: list[list[str]]
    customers: Collection[int] | None
    notes: bool
    conversation: int | None
    before: int | None
    limit: int


def _phrase(piece: list[str]) -> str:
    """The FTS5 expression for one piece of the query, its last word matched from its start."""
    *before, last = piece
    if len(last) == 1:  # one letter as a start would be half of all words: it must be a whole one
        return _quoted(piece)
    if len(last) > _INDEXED_STARTS:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT word FROM message_word WHERE word >= %s AND word < %s LIMIT %s",
                [last, f"{last}\U0010ffff", MOST_ENDINGS + 1],
            )
            endings = [row[0] for row in cursor.fetchall()]
        if len(endings) <= MOST_ENDINGS:
            return "(" + " OR ".join(_quoted([*before, word]) for word in endings or [last]) + ")"
    return f"{_quoted(piece)} *"


def _quoted(words: list[str]) -> str:
    return f'"{" ".join(words)}"'  # letters and digits only: nothing in it ends the quotation


def _sqlite(asked: _Asked) -> tuple[str, list[Any]]:
    words = " AND ".join(_phrase(piece) for piece in asked.pieces)
    scopes = []
    if asked.customers is not None:
        letters = "cs" if asked.notes else "c"
        scopes.append([f"{letter}{customer}" for customer in sorted(asked.customers) for letter in letters])
    if asked.conversation is not None:
        scopes.append([f"{letter}{asked.conversation}" for letter in ("vw" if asked.notes else "v")])
    if not (scopes or asked.notes):
        scopes.append(["p"])
    match = " AND ".join([*(f"scope : ({' OR '.join(scope)})" for scope in scopes), f"text : ({words})"])
    values = [match, *([asked.before] if asked.before is not None else []), asked.limit]
    below = "AND rowid < %s" if asked.before is not None else ""
    return (
        f"SELECT rowid FROM message_search WHERE message_search MATCH %s {below} ORDER BY rowid DESC LIMIT %s",
        values,
    )


def _postgres(asked: _Asked) -> tuple[str, list[Any]]:
    words = " & ".join(f"({' <-> '.join(piece)}{':*' if len(piece[-1]) > 1 else ''})" for piece in asked.pieces)
    where = ["words @@ to_tsquery('simple', %s)"]
    values: list[Any] = [words]
    if asked.customers is not None:
        where.append("customer_id = ANY(%s)")
        values.append(list(asked.customers))
    if asked.conversation is not None:
        where.append("conversation_id = %s")
        values.append(asked.conversation)
    if not asked.notes:
        where.append("NOT is_note")
    if asked.before is not None:
        where.append("message_id < %s")
        values.append(asked.before)
    return (
        f"SELECT message_id FROM message_search WHERE {' AND '.join(where)} ORDER BY message_id DESC LIMIT %s",
        [*values, asked.limit],
    )
