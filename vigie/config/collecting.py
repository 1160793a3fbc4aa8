"""Static files, hashed and compressed into the data folder when the package's own are newer than what lies there."""

import fcntl
import json
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from vigie import __version__

STAMP = "collected.json"


def collect() -> bool:
    """Collect when something changed; whether it did. Safe when several processes start at once, or one is killed in it."""
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    with (root.parent / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp, sources = root / STAMP, _sources()
        due = not stamp.exists() or stamp.read_text() != sources
        if due:
            stamp.unlink(missing_ok=True)
            call_command("collectstatic", interactive=False, clear=True, verbosity=0)
            stamp.write_text(sources)
    settings.WHITENOISE_USE_FINDERS = False  # decided when the settings were read, before there was a manifest
    return due


def _sources() -> str:
    """What tells one state of the sources from another: the version, each file, its size and its time."""
    return json.dumps([__version__, *sorted(_files())])


def _files() -> Iterator[tuple[str, int, int]]:
    for finder in get_finders():
        for path, storage in finder.list(None):
            about = Path(storage.path(path)).stat()
            yield path, about.st_size, about.st_mtime_ns
