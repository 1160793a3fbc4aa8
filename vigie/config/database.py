"""The database when a process starts: folder, reachability, migrations."""

from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from vigie.config.terminal import Refused, ngettext


def unapplied() -> int:
    """How many migrations the code has that the database has not. Raises `django.db.Error` when it cannot be reached."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def prepare() -> None:
    """Make the data folder (0700) and apply what migrations are missing; nothing is done when nothing is missing."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True, mode=0o700)
    if unapplied():
        call_command("migrate", interactive=False, verbosity=0)


def require_migrated() -> None:
    """Refuse to start on an old database: several processes must not race to migrate it."""
    missing = unapplied()
    if missing:
        reason = ngettext(
            "The database lacks %(count)d migration: run “vigie manage migrate” first.",
            "The database lacks %(count)d migrations: run “vigie manage migrate” first.",
            missing,
        )
        raise Refused(reason % {"count": missing})
