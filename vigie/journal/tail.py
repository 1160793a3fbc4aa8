"""The journal's end: ids in commit order, the bell after a commit, and the thread that tells the live hub."""

import threading
import time
from collections.abc import Callable, Sequence

import structlog
from django.db import DatabaseError, connection, connections
from django.db.models import Max

from vigie.journal.bell import bell, far
from vigie.journal.models import Entry

log = structlog.stdlib.get_logger("vigie.tail")

PAGE = 500
POLL = 1.0  # seconds between looks without a ring: commits of processes whose bell does not reach us

_PG_LOCK = 0x7669676965  # "vigie": held from the first line of a transaction to its commit


def keep_order() -> None:
    """Make ids appear in commit order, so that "everything after N" never misses a line committed late.

    SQLite has one writer and needs nothing; PostgreSQL takes a transaction-scoped advisory lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_PG_LOCK])


def ring() -> None:
    """Wake the dispatcher and the live hub of this process, and through Redis those of others."""
    bell.ring()
    far.ring()


def newest() -> int:
    """The id of the last line, 0 in an empty journal."""
    return Entry.objects.aggregate(last=Max("id"))["last"] or 0


class Tail:
    """A thread that hands every new line, in order and once, to `tell`. Starts at the journal's end."""

    def __init__(self, tell: Callable[[Sequence[Entry]], None]) -> None:
        self._tell = tell
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tail", daemon=True)
        self._woken = far.listen()
        self.cursor = 0

    def start(self) -> None:
        """Raises `django.db.Error` when the journal cannot be read."""
        self.cursor = newest()
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._woken.set()
        self._thread.join()
        far.forget(self._woken)

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._ended.is_set():
            self._woken.wait(POLL)
            self._woken.clear()
            try:
                while entries := list(Entry.objects.filter(id__gt=self.cursor).order_by("id")[:PAGE]):
                    self._tell(entries)
                    self.cursor = entries[-1].id
            except DatabaseError:
                log.exception("tail.unreadable")
                connections.close_all()
                time.sleep(POLL)
        connections.close_all()
