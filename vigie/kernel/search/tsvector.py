"""Search on PostgreSQL: tsvector with a GIN index.

Messages that are easy to find are met walking from the newest; those few that are not, the GIN index knows. The planner cannot
choose between the two: it takes words for independent, and would walk a million messages for two that are never together.
"""

import json

from django.db import connections
from django.db.backends.utils import CursorWrapper

from vigie.kernel import sql

from .asked import Asked, Found
from .words import is_start

TABLE = """
CREATE TABLE message_search (
    message_id bigint PRIMARY KEY, conversation_id bigint NOT NULL, customer_id bigint, is_note boolean NOT NULL,
    words tsvector NOT NULL
);
CREATE INDEX message_search_words ON message_search USING gin (words);
CREATE INDEX message_search_customer ON message_search (customer_id, message_id)
"""
WALK = 4000
"""Messages walked before the index is asked: 3 ms where they are everyone's."""
WALK_ON = 16_000
"""Messages walked after that where every piece is common."""
OWN = 4
"""A customer's messages lie apart: so many times fewer are walked."""
MOST_KNOWN = 20_000
"""Messages with the rarest piece that are read one by one."""

_INSERT = (
    "INSERT INTO message_search (message_id, conversation_id, customer_id, is_note, words)"
    " VALUES (%s, %s, %s, %s, to_tsvector('simple', %s))"
)
_NEWEST = "SELECT message_id, is_note, words FROM message_search WHERE {} message_id < %s ORDER BY message_id DESC LIMIT %s"
_WALK = """
WITH walked AS MATERIALIZED ({})
SELECT count(*), min(message_id), array_agg(message_id ORDER BY message_id DESC)
    FILTER (WHERE words @@ to_tsquery('simple', %s) AND (%s OR NOT is_note)) FROM walked
"""
_ESTIMATE = "EXPLAIN (FORMAT JSON) SELECT FROM message_search WHERE words @@ to_tsquery('simple', %s)"
_LOOK_UP = """
WITH known AS MATERIALIZED (
    SELECT message_id, customer_id, is_note, words FROM message_search WHERE words @@ to_tsquery('simple', %s)
)
SELECT message_id FROM known
WHERE message_id < %s AND (%s OR NOT is_note) AND (%s OR customer_id = ANY(%s)) AND words @@ to_tsquery('simple', %s)
ORDER BY message_id DESC LIMIT %s
"""


def put(*, message_id: int, conversation_id: int, customer_id: int | None, is_note: bool, words: list[str]) -> None:
    sql.change(_INSERT, (message_id, conversation_id, customer_id, is_note, " ".join(words)))


def find(asked: Asked) -> Found:
    """The newest messages of those who may be searched, then all older ones by the index, or more walking where all is common."""
    pieces = [f"({' <-> '.join(piece)}{':*' if is_start(piece[-1]) else ''})" for piece in asked.pieces]
    words = " & ".join(pieces)
    with connections["default"].cursor() as cursor:
        ids, low = _walked(cursor, asked, words, asked.before, WALK)
        if low is not None and len(ids) < asked.limit:
            rarest = _rarest(cursor, pieces)
            if rarest is not None:
                everyone = asked.customers is None
                own = list(asked.customers or ())
                cursor.execute(_LOOK_UP, [rarest, low, asked.notes, everyone, own, words, asked.limit - len(ids)])
                ids += [row[0] for row in cursor.fetchall()]
                low = None
            else:
                older, low = _walked(cursor, asked, words, low, WALK_ON)
                ids += older
    if len(ids) < asked.limit:
        return Found(ids, low)
    ids = ids[: asked.limit]
    return Found(ids, ids[-1])


def _rarest(cursor: CursorWrapper, pieces: list[str]) -> str | None:
    """The piece that the fewest messages hold, as PostgreSQL thinks; None when those are too many."""
    thought = []
    for piece in pieces:
        cursor.execute(_ESTIMATE, [piece])
        told = cursor.fetchall()[0][0]
        plan = json.loads(told) if isinstance(told, str) else told
        thought.append((plan[0]["Plan"]["Plan Rows"], piece))
    rows, piece = min(thought)
    return piece if rows <= MOST_KNOWN else None


def _walked(cursor: CursorWrapper, asked: Asked, words: str, before: int, most: int) -> tuple[list[int], int | None]:
    """Ids met among the newest, and the lowest that was looked at; None when that was the last of them."""
    if asked.customers is None:
        newest, whose = _NEWEST.format(""), [before, most]
    else:  # each customer's newest by the index of customers, then the newest of those
        most //= OWN
        each = f"({_NEWEST.format('customer_id = %s AND')})"
        own = [value for customer in asked.customers for value in (customer, before, most)]
        newest = f"SELECT * FROM ({' UNION ALL '.join([each] * len(asked.customers))}) AS own ORDER BY message_id DESC LIMIT %s"
        whose = [*own, most]
    cursor.execute(_WALK.format(newest), [*whose, words, asked.notes])
    walked, low, met = cursor.fetchall()[0]
    return met or [], low if walked == most else None
