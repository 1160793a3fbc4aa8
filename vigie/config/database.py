"""The database when a process starts: folder, reachability, migrations."""

import os
from importlib import import_module
from pathlib import Path
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
    """Make the data folder, nobody else's to read, and apply what migrations are missing; nothing is done when nothing is missing."""
    for folder in (settings.DATA_DIR, settings.MEDIA_ROOT):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _to_owner_alone(folder, 0o700)
    _close_file()
    if unapplied():
        call_command("migrate", interactive=False, verbosity=0)


def _close_file() -> None:
    """SQLite's file to its owner alone, before the first byte; its `-wal` and `-shm` take the mode of the file they belong to."""
    if connections[DEFAULT_DB_ALIAS].vendor != "sqlite":
        return
    file = Path(str(connections[DEFAULT_DB_ALIAS].settings_dict["NAME"]))
    file.touch(mode=0o600)
    for one in (file, file.with_name(file.name + "-wal"), file.with_name(file.name + "-shm")):
        if one.exists():
            _to_owner_alone(one, 0o600)


def _to_owner_alone(path: Path, mode: int) -> None:
    """What was made before, or by another's umask, is closed too; what belongs to somebody else is theirs to close."""
    found = path.stat()
    if found.st_mode & 0o077 and found.st_uid == os.geteuid():
        path.chmod(mode)


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
