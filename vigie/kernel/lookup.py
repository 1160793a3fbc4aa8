"""Model rows by a hand-written condition, for the look-ups that come with every request and every reaction.

Building and compiling an ORM query costs several times what SQLite needs to answer it; here the statement is made once.
"""

from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from django.db import connection, models
from django.db.models.base import ModelState

from vigie.kernel import sql

M = TypeVar("M", bound=models.Model)


class _Part(NamedTuple):
    """Where one model's columns stand in a row, and (position, column, converters) of those the driver gives raw."""

    model: type[models.Model]
    names: tuple[str, ...]
    start: int
    key: int
    converters: tuple[tuple[int, Any, tuple[Any, ...]], ...]


@lru_cache(maxsize=64)
def _plan(kinds: tuple[type[models.Model], ...], tables: str, condition: str, on_sqlite: bool) -> tuple[str, tuple[_Part, ...]]:  # noqa: ARG001, FBT001  the vendor keys the converters
    """The statement, and how to read a row of it."""
    quoted = connection.ops.quote_name
    named: list[str] = []
    parts: list[_Part] = []
    for model in kinds:
        about = model._meta  # noqa: SLF001  Django's documented model API
        start, fields = len(named), about.concrete_fields
        columns = [field.get_col(about.db_table) for field in fields]
        steps = [(*connection.ops.get_db_converters(column), *column.get_db_converters(connection)) for column in columns]
        named += [f"{quoted(about.db_table)}.{quoted(str(field.column))}" for field in fields]
        raw = tuple((start + n, column, steps[n]) for n, column in enumerate(columns) if steps[n])
        key = start + next(n for n, field in enumerate(fields) if field.primary_key)
        parts.append(_Part(model, tuple(field.attname for field in fields), start, key, raw))
    return f"SELECT {', '.join(named)} FROM {tables} WHERE {condition}", tuple(parts)


def joined(kinds: tuple[type[models.Model], ...], tables: str, condition: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of several tables, one tuple of models a row; None for a model that an outer join did not find.

    `tables` is what follows FROM and `condition` what follows WHERE, in SQL with %s for each value.
    """
    statement, parts = _plan(kinds, tables, condition, sql.on_sqlite())
    return [tuple(_made(part, row) for part in parts) for row in sql.ask(statement, values)]


def every(model: type[M], condition: str, *values: Any) -> list[M]:
    """The rows for which `condition` (SQL with %s for each value) holds."""
    return [row[0] for row in joined((model,), connection.ops.quote_name(model._meta.db_table), condition, *values)]  # noqa: SLF001  Django's documented model API


def one(model: type[M], condition: str, *values: Any) -> M | None:
    """The first row for which `condition` holds; None where there is none."""
    found = every(model, condition, *values)
    return found[0] if found else None


def _made(part: _Part, row: tuple[Any, ...]) -> models.Model | None:
    if row[part.key] is None:
        return None
    values = list(row[part.start : part.start + len(part.names)])
    for n, column, steps in part.converters:
        for step in steps:
            values[n - part.start] = step(values[n - part.start], column, connection)
    made = part.model.__new__(part.model)
    # What `from_db` comes to for a whole row; the signals it would send have no listener here (no picture fields).
    made.__dict__.update(zip(part.names, values, strict=True))
    state = ModelState()
    state.db, state.adding = connection.alias, False
    made._state = state  # noqa: SLF001  where every model keeps it
    return made
