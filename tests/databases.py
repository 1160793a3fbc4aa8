"""The databases of the tests: each worker has its own, copied from one migrated template.

SQLite (the default): the template is kept between runs under `.pytest_cache`, named by the migrations it holds.
PostgreSQL (`VIGIE_TEST_DATABASE=postgres`): `CREATE DATABASE ... TEMPLATE`, in the cluster of `tests.postgres`.
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
from functools import cached_property
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

        return psycopg.connect(**self._where(), dbname="postgres", autocommit=True)

    @staticmethod
    def _where() -> dict[str, str]:
        said = connection.settings_dict
        return {"host": str(said["HOST"]), "port": str(said["PORT"]), "user": str(said["USER"])}

    def _run(self, statement: str) -> None:
        with self._server() as server:
            server.execute(statement)

    def _rows(self, query: str, *values: object) -> list[Any]:
        with self._server() as server:
            return list(server.execute(query, values).fetchall())

    def make(self) -> None:
        connection.close()
        self._held  # noqa: B018  read now: while somebody is connected to it, the template cannot be copied
        with _alone("postgres"):
            self._run(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
            self._run(f'CREATE DATABASE "{self.name}" TEMPLATE "{TEMPLATE}"')
        _point_at(self.name)

    def restore(self) -> None:
        """The template's few rows copied in again, and its sequences: far quicker than a new database, which is made only
        where a thread left a transaction open.
        """
        import psycopg

        connection.close()
        try:
            with psycopg.connect(**self._where(), dbname=self.name) as mine:
                self._refill(mine)
        except psycopg.errors.LockNotAvailable:
            self.make()

    def _refill(self, mine: Any) -> None:
        from psycopg import sql

        tables, sequences = self._held
        mine.execute("SET lock_timeout = '5s'")
        mine.execute("SET session_replication_role = replica")  # foreign keys: the rows come in no order
        names = sql.SQL(", ").join(sql.Identifier(name) for name in tables)
        mine.execute(sql.SQL("TRUNCATE {}").format(names))
        for name, rows in tables.items():
            if rows:
                with mine.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))) as copying:
                    copying.write(rows)
        for name, last, used in sequences:
            mine.execute("SELECT setval(%s, %s, %s)", [name, last, used])

    @cached_property
    def _held(self) -> tuple[dict[str, bytes], list[tuple[str, int, bool]]]:
        """What the template holds: rows by table, sequences as (name, last value, whether it was given)."""
        import psycopg
        from psycopg import sql

        with _alone("postgres"), psycopg.connect(**self._where(), dbname=TEMPLATE) as template:
            found = template.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            tables = {}
            for (name,) in found:
                with template.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(name))) as copying:
                    tables[name] = b"".join(copying)
            given = template.execute("SELECT sequencename, start_value, last_value FROM pg_sequences").fetchall()
        return tables, [(name, start if last is None else last, last is not None) for name, start, last in given]

    def drop(self) -> None:
        connection.close()


def database() -> SqliteDatabase | PostgresDatabase:
    """The worker's database, its template ready; `make()` creates it."""
    return SqliteDatabase() if connection.vendor == "sqlite" else PostgresDatabase()
