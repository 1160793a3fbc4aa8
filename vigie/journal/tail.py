"""The journal's end: keeps ids in commit order and rings the bell after a commit."""

import threading

from django.db import connection

bell = threading.Event()

_PG_LOCK = 0x7669676965  # "vigie": held from the first line of a transaction to its commit


def keep_order() -> None:
    """Make ids appear in commit order, so that "everything after N" never misses a line committed late.

    SQLite has one writer and needs nothing; PostgreSQL takes a transaction-scoped advisory lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_PG_LOCK])


def ring() -> None:
    """Wake the dispatcher and the live hub of this process."""
    bell.set()
