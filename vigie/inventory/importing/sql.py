"""Bulk reads and writes by hand, alike on SQLite and PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection


def rows(select: str, values: Sequence[Any], end: str = "") -> list[tuple[Any, ...]]:
    """`select` ends with `IN `. At most 10,000 values (SQLite takes 32,766 parameters); none is no query."""
    if not values:
        return []
    marks = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"{select}({marks}){end}", list(values))
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def pairs(select: str, values: Sequence[Any]) -> dict[Any, Any]:
    """`rows` of two columns as a mapping."""
    return dict(rows(select, values))


def stamp(instant: datetime) -> Any:
    """The instant as Django writes it into this database."""
    return connection.ops.adapt_datetimefield_value(instant)


def many(statement: str, values: Sequence[tuple[Any, ...]]) -> None:
    """The statement once for each row; none is no statement."""
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)
