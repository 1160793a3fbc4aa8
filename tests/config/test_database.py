"""Whether the database has what the code needs, told without reading every migration."""

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
