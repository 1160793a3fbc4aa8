"""Hand SQL by the shortest way: for the statements that run with every request and every ticket.

A Django cursor costs several times what SQLite needs for such a statement. Inside a transaction, and for a SELECT anywhere,
the statement goes straight to the driver; on PostgreSQL, and wherever somebody watches the statements (tests, a debugger), by
Django's cursor as ever. Statements have %s for each value, values are as `rows.bound` gives them, and errors are Django's.
"""

import threading
from collections.abc import Iterable, Sequence
from functools import lru_cache
from sqlite3 import Error
from typing import Any

from django.db import connections
from django.db.backends.sqlite3.base import FORMAT_QMARK_REGEX

_here = threading.local()


def ask(statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Every row of a SELECT or a RETURNING: read to the end, since SQLite keeps the statement open otherwise."""
    driver = _driver(statement)
    if driver is not None:
        try:
            found: list[tuple[Any, ...]] = driver.execute(_qmark(statement), values).fetchall()
        except Error as problem:
            _as_django(problem)
        return found
    with _wrapper().cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def change(statement: str, values: Sequence[Any] = ()) -> int:
    """Run an INSERT, UPDATE or DELETE; how many rows it concerned."""
    driver = _driver(statement)
    if driver is not None:
        try:
            return int(driver.execute(_qmark(statement), values).rowcount)
        except Error as problem:
            _as_django(problem)
    with _wrapper().cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def put(statement: str, values: Sequence[Any], key: str = "id") -> int | None:
    """Run an INSERT of one row; its key `key`, or None where a conflict left the row out (ON CONFLICT DO NOTHING)."""
    if not on_sqlite():
        found = ask(f"{statement} RETURNING {key}", values)
        return int(found[0][0]) if found else None
    driver = _driver(statement)
    if driver is None:
        with _wrapper().cursor() as cursor:
            cursor.execute(statement, values)
            return int(cursor.lastrowid) if cursor.rowcount else None
    try:
        cursor = driver.execute(_qmark(statement), values)  # without RETURNING, for which SQLite keeps a table of its own
    except Error as problem:
        _as_django(problem)
    return int(cursor.lastrowid) if cursor.rowcount else None


def change_each(statement: str, every: Iterable[Sequence[Any]]) -> None:
    """The same statement for each tuple of values."""
    driver = _driver(statement)
    if driver is not None:
        try:
            driver.executemany(_qmark(statement), every)
        except Error as problem:
            _as_django(problem)
        return
    with _wrapper().cursor() as cursor:
        cursor.executemany(statement, list(every))


def on_sqlite() -> bool:
    return bool(_wrapper().vendor == "sqlite")


def _wrapper() -> Any:
    """The connection of this thread: Django makes one a thread and keeps it, but finds it by a longer way."""
    wrapper = getattr(_here, "wrapper", None)
    if wrapper is None:
        wrapper = _here.wrapper = connections["default"]
    return wrapper


def _driver(statement: str) -> Any:
    """The open sqlite3 connection where the statement may go straight to it, else None."""
    wrapper = _wrapper()
    if wrapper.vendor != "sqlite" or wrapper.connection is None or wrapper.execute_wrappers or wrapper.force_debug_cursor:
        return None
    if wrapper.in_atomic_block:
        # Django refuses what follows an error inside a block; a statement past that check would seem to have happened.
        return None if wrapper.needs_rollback else wrapper.connection
    return wrapper.connection if statement.lstrip().startswith("SELECT") else None


def _as_django(problem: Error) -> None:
    with _wrapper().wrap_database_errors:
        raise problem


@lru_cache(maxsize=256)
def _qmark(statement: str) -> str:
    return FORMAT_QMARK_REGEX.sub("?", statement).replace("%%", "%")
