"""The database when a process starts: folder, reachability, migrations."""

from importlib import import_module
from pkgutil import iter_modules

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils.module_loading import module_has_submodule

from vigie.config.terminal import Refused, ngettext


def unapplied() -> int:
    """How many migrations the code has that the database has not. Raises `django.db.Error` when it cannot be reached.

    Where all are recorded, which is nearly every start, none is imported.
    """
    if _known() <= MigrationRecorder(connections[DEFAULT_DB_ALIAS]).applied_migrations().keys():
        return 0
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _known() -> set[tuple[str, str]]:
    """(app, name) of every migration in the code."""
    known = set()
    for app in apps.get_app_configs():
        if module_has_submodule(app.module, "migrations"):
            folder = import_module(f"{app.name}.migrations").__path__
            known |= {(app.label, name) for _found, name, is_package in iter_modules(folder) if not is_package and name[0] not in "_~"}
    return known


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
