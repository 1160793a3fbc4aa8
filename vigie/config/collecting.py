"""Hash and compress the static files once for each state of their sources.

At start and not in the wheel: htmx and the API's pages come from other packages, which may be upgraded without Vigie.
"""

import hashlib
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

import vigie

UNUSED = ["django_htmx/ext/*"]  # extensions of htmx that no page loads; some import what is not shipped


def collect() -> bool:
    """Bring `STATIC_ROOT` up to date; whether there was anything to do. Call before the first page is served.

    Processes that share a data folder may race: they write the same names with the same content.
    """
    root = Path(settings.STATIC_ROOT)
    stamp, state = root / ".sources", _state()
    done = stamp.exists() and stamp.read_text() == state
    if not done:
        settings.WHITENOISE_USE_FINDERS = True
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED, stdout=StringIO())
        stamp.write_text(state)
    settings.WHITENOISE_USE_FINDERS = False
    return not done


def _state() -> str:
    digest = hashlib.sha256(vigie.__version__.encode())
    for finder in get_finders():
        for path, storage in finder.list(UNUSED):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
