"""Model rows by a hand-written condition, for the few look-ups that come with every request.

Building and compiling an ORM query costs several times what SQLite needs to answer it; here the statement is made once.
"""

from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


@lru_cache(maxsize=64)
def _plan(model: type[models.Model], condition: str, vendor: str) -> tuple[str, tuple[str, ...], tuple[Any, ...]]:  # noqa: ARG001  the vendor keys the converters
    """The statement, the attribute names, and (position, column, converters) of the columns the driver gives raw."""
    about = model._meta  # noqa: SLF001  Django's documented model API
    quoted = connection.ops.quote_name
    columns = [field.get_col(about.db_table) for field in about.concrete_fields]
    named = ", ".join(f"{quoted(about.db_table)}.{quoted(str(field.column))}" for field in about.concrete_fields)
    statement = f"SELECT {named} FROM {quoted(about.db_table)} WHERE {condition}"
    converters = (
        (n, column, (*connection.ops.get_db_converters(column), *column.get_db_converters(connection)))
        for n, column in enumerate(columns)
    )
    return statement, tuple(field.attname for field in about.concrete_fields), tuple(c for c in converters if c[2])


def one(model: type[M], condition: str, *values: Any) -> M | None:
    """The first row for which `condition` (SQL with %s for each value) holds; None where there is none."""
    statement, names, converters = _plan(model, condition, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()  # to the end: SQLite keeps the statement open otherwise
    if not rows:
        return None
    row = list(rows[0])
    for n, column, steps in converters:
        for step in steps:
            row[n] = step(row[n], column, connection)
    return model.from_db(connection.alias, names, row)
