"""One-row inserts by hand SQL inside Django's transaction, for what runs with every ticket and message.

The ORM's `create` costs several times the CPU of the statement itself; these rows have no default, signal or relation to mind.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, models

from vigie.kernel import sql


@lru_cache(maxsize=64)
def _statement(model: type[models.Model], columns: tuple[str, ...], *, once: bool) -> str:
    about = model._meta  # noqa: SLF001  Django's documented model API
    values = ", ".join(["%s"] * len(columns))
    conflict = " ON CONFLICT DO NOTHING" if once else ""
    return f"INSERT INTO {about.db_table} ({', '.join(columns)}) VALUES ({values}){conflict}"


def insert(model: type[models.Model], values: Mapping[str, Any], *, once: bool = False) -> Any:
    """Insert one row of column names and Python values; its primary key. With `once`, None where a unique key is taken."""
    primary = model._meta.pk  # noqa: SLF001  Django's documented model API
    statement = _statement(model, tuple(values), once=once)
    return sql.put(statement, [bound(value) for value in values.values()], str(primary.column) if primary else "id")


def bound(value: Any) -> Any:
    """A Python value as this database's driver takes it."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is datetime and sql.on_sqlite():
        return str(value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value)
    if kind is UUID and sql.on_sqlite():
        return value.hex
    if isinstance(value, list | dict):
        return json.dumps(value) if sql.on_sqlite() else connection.ops.adapt_json_value(value, None)
    return value


_PLAIN = frozenset({type(None), str, int, bool})


def instant(value: Any) -> datetime:
    """What a hand-written SELECT gives for an instant, aware: SQLite keeps them in UTC without saying so."""
    found: datetime = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def storable(value: Any) -> Any:
    """A text without what a database cannot hold: NUL, and halves of letters (lone surrogates). Lists and dicts inside too."""
    if isinstance(value, str):
        if "\0" not in value and value.isascii():
            return value
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
    if isinstance(value, list | tuple):
        return [storable(one) for one in value]
    if isinstance(value, dict):
        return {storable(name): storable(one) for name, one in value.items()}
    return value
