"""The databases of the tests: each worker has its own, copied from one migrated template.

SQLite (the default): the template is kept between runs under `.pytest_cache`, named by the migrations it holds.
PostgreSQL (`VIGIE_TEST_DATABASE=postgres`): `CREATE DATABASE ... TEMPLATE` in the cluster of `tests.postgres`.
Either way a transactional test is followed by a return to the template, so that what migrations laid down is there again.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".pytest_cache" / "vigie"
TEMPLATE = "vigie_template"


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """One process at a time."""
    with (Path(tempfile.gettempdir()) / f"vigie-tests-{os.getuid()}-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrations_hash() -> str:
    digest = hashlib.sha256(django.__version__.encode())
    for path in sorted((ROOT / "vigie").glob("*/migrations/*.py")):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _point_at(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    connection.settings_dict["TEST"]["NAME"] = name


class SqliteDatabase:
    """A file in the worker's data folder."""

    def __init__(self) -> None:
        self.file = Path(str(connection.settings_dict["NAME"]))
        with _alone("sqlite"):
            self.template = CACHE / f"{_migrations_hash()}.sqlite3"
            if not self.template.exists():
                self._build()

    def _build(self) -> None:
        CACHE.mkdir(parents=True, exist_ok=True)
        building = self.file.with_suffix(".building")
        _point_at(str(building))
        call_command("migrate", verbosity=0, interactive=False)
        connection.close()
        made = sqlite3.connect(building)
        made.execute("PRAGMA journal_mode=DELETE")
        made.close()
        kept = self.template.with_suffix(".part")
        shutil.move(building, kept)
        kept.replace(self.template)
        _point_at(str(self.file))

    def make(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.template, self.file)
        _point_at(str(self.file))

    def restore(self) -> None:
        """Page by page over the live file, so that connections of other threads stay valid."""
        template = sqlite3.connect(self.template)
        try:
            connection.ensure_connection()
            template.backup(connection.connection)
        finally:
            template.close()

    def drop(self) -> None:
        connection.close()


class PostgresDatabase:
    """A database of the worker in the tests' cluster."""

    def __init__(self) -> None:
        self.name = f"vigie_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
        with _alone("postgres"):
            if not self._rows("SELECT 1 FROM pg_database WHERE datname = %s", TEMPLATE):
                self._run(f'CREATE DATABASE "{TEMPLATE}_building"')
                _point_at(f"{TEMPLATE}_building")
                call_command("migrate", verbosity=0, interactive=False)
                connection.close()
                self._run(f'ALTER DATABASE "{TEMPLATE}_building" RENAME TO "{TEMPLATE}"')

    def _server(self) -> Any:
        import psycopg

        said = connection.settings_dict
        return psycopg.connect(
            host=str(said["HOST"]), port=str(said["PORT"]), user=str(said["USER"]), dbname="postgres", autocommit=True
        )

    def _run(self, statement: str) -> None:
        with self._server() as server:
            server.execute(statement)

    def _rows(self, query: str, *values: object) -> list[Any]:
        with self._server() as server:
            return list(server.execute(query, values).fetchall())

    def make(self) -> None:
        connection.close()
        with _alone("postgres"):
            self._run(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
            self._run(f'CREATE DATABASE "{self.name}" TEMPLATE "{TEMPLATE}"')
        _point_at(self.name)

    def restore(self) -> None:
        self.make()

    def drop(self) -> None:
        connection.close()


def database() -> SqliteDatabase | PostgresDatabase:
    """The worker's database, its template ready; `make()` creates it."""
    return SqliteDatabase() if connection.vendor == "sqlite" else PostgresDatabase()
