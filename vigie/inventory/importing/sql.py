"""Bulk reads and writes by hand, alike on SQLite and PostgreSQL.

On SQLite the statements go straight to its driver: Django would rewrite the placeholders of each by regular expression. Writes
are for the inside of `transaction.atomic()`, which holds the process's turn to write. Errors are `django.db`'s.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any

from django.db import connection

_TOGETHER = 50  # rows in one statement: opening tables and sequence once for all of them halves an insert's price


def rows(select: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """What is found where the column that `select` ends with is one of `values`: order numbers, names or ids."""
    if not values:
        return []
    if connection.vendor == "sqlite":
        # One parameter for all, so that the statement is prepared once; ensure_ascii keeps any text one SQLite can take.
        return _driver(f"{select} IN (SELECT value FROM json_each(?))", [json.dumps(values)])
    with connection.cursor() as cursor:
        cursor.execute(f"{select} = ANY(%s)", [list(values)])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def locked(table: str, column: str, values: Sequence[Any]) -> None:
    """Keep these rows as they are until the transaction ends; in the order of `column`, so that two cannot wait for each other."""
    if values and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {table} WHERE {column} = ANY(%s) ORDER BY {column} FOR UPDATE", [list(values)])


def joined(column: str) -> str:
    """An aggregate: the texts of a column in one, parted by a blank."""
    return f"group_concat({column}, ' ')" if connection.vendor == "sqlite" else f"string_agg({column}, ' ')"


def stamp(instant: datetime) -> Any:
    """The instant as Django writes it into this database."""
    return connection.ops.adapt_datetimefield_value(instant)


def version() -> int | None:
    """A number that is another one once another connection has written; None where there is no telling (PostgreSQL)."""
    if connection.vendor != "sqlite":
        return None
    found: int = _driver("PRAGMA data_version")[0][0]
    return found


@contextmanager
def seldom_checkpoints(pages: int) -> Iterator[None]:
    """On SQLite, copy the log into the database only once it has so many pages: a page that many batches touch, once for all."""
    if connection.vendor != "sqlite":
        yield
        return
    before = _driver("PRAGMA wal_autocheckpoint")[0][0]
    _driver(f"PRAGMA wal_autocheckpoint={pages}")
    try:
        yield
    finally:
        _driver(f"PRAGMA wal_autocheckpoint={before}")


def new_ids(table: str, count: int) -> list[int]:
    """Ids for rows about to be inserted in this transaction, rising."""
    if connection.vendor == "sqlite":  # the write lock is ours, so nobody takes them meanwhile
        sequence = f"(SELECT seq FROM sqlite_sequence WHERE name = '{table}')"
        last = _driver(f"SELECT max(coalesce({sequence}, 0), coalesce((SELECT max(id) FROM {table}), 0))")[0][0]
        return list(range(last + 1, last + 1 + count))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]


def insert(table: str, columns: tuple[str, ...], values: Sequence[Sequence[Any]]) -> None:
    """Insert all rows of `values`, many to a statement."""
    for start in range(0, len(values), _TOGETHER):
        some = values[start : start + _TOGETHER]
        flat = list(chain.from_iterable(some))
        if connection.vendor == "sqlite":
            _driver(_insertion(table, columns, len(some), "?"), flat)
        else:
            with connection.cursor() as cursor:
                cursor.execute(_insertion(table, columns, len(some), "%s"), flat)


def many(statement: str, values: Sequence[tuple[Any, ...]]) -> None:
    """The statement once for each row; none is no statement."""
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)


@cache
def _insertion(table: str, columns: tuple[str, ...], count: int, mark: str) -> str:
    one = f"({', '.join([mark] * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([one] * count)}"


def _driver(statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    connection.ensure_connection()
    with connection.wrap_database_errors:
        found: list[tuple[Any, ...]] = connection.connection.execute(statement, values).fetchall()
    return found
