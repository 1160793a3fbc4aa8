"""Which processes of Vigie are connected to a PostgreSQL they share: each names itself where the database shows it."""

import os
import socket

_WEB = "vigie web "


def name_web() -> None:
    """Before the first connection: this process serves pages. libpq reads the name from the environment."""
    os.environ.setdefault("PGAPPNAME", f"{_WEB}{os.getpid()}@{socket.gethostname()}"[:63])


def web_processes() -> int:
    """How many processes that serve pages are connected now; 0 on SQLite, or when the database does not answer."""
    from django.db import DatabaseError, connection

    if connection.vendor != "postgresql":
        return 0
    sql = "SELECT count(DISTINCT application_name) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE %s"
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, [f"{_WEB}%"])
            return int(cursor.fetchall()[0][0])
    except DatabaseError:
        return 0
