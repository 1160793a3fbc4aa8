"""Whether the database has what the code needs, told without reading every migration."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from vigie.config import database

pytestmark = pytest.mark.django_db


def test_every_migration_the_loader_finds_is_known() -> None:
    assert database._known() == set(MigrationExecutor(connection).loader.disk_migrations)


def test_a_migration_not_recorded_is_counted() -> None:
    assert database.unapplied() == 0
    last = MigrationRecorder.Migration.objects.filter(app="tickets").latest("id")
    last.delete()
    assert database.unapplied() >= 1


def test_what_is_kept_is_its_owners_alone(tmp_path: Path) -> None:
    """Whatever the shell's umask was, also what an older Vigie left open."""
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    (data / "vigie.sqlite3").touch(mode=0o644)
    ran = subprocess.run(
        [sys.executable, "-m", "vigie", "manage", "shell", "-c", KEEP], check=False, capture_output=True, text=True,
        env={**os.environ, "VIGIE_DATA": str(data), "VIGIE_DATABASE_URL": ""}, umask=0o022,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    found = {path.relative_to(tmp_path): path.stat().st_mode & 0o777 for path in [data, *data.rglob("*")]}
    assert {"data/vigie.sqlite3", "data/vigie.sqlite3-wal", "data/vigie.sqlite3-shm", "data/files/a/b"} <= {str(path) for path in found}
    assert not {str(path): oct(mode) for path, mode in found.items() if mode & 0o077}


KEEP = """
import os
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from vigie.config import database
database.prepare()
default_storage.save("a/b", ContentFile(b"x"))
connection.cursor().execute("SELECT 1")
os._exit(0)
"""
