"""The journal's end: the bell after a commit, and the thread that tells the live hub."""

import threading
import time
from collections.abc import Callable, Sequence

import structlog
from django.db import Error, connections

from vigie.journal import order
from vigie.journal.bell import bell, far
from vigie.journal.models import Entry
from vigie.kernel import lookup, sql

log = structlog.stdlib.get_logger("vigie.tail")

PAGE = 500
_NEW = "id > %s AND id <= %s ORDER BY id LIMIT %s"  # by hand, as everything that happens at every commit
_ALL = 2**63 - 1  # on SQLite every line that can be read is settled
POLL = 1.0  # seconds between looks without a ring: commits of processes whose bell does not reach us
BREATH = 0.005  # seconds between two looks at least: under load many commits are told together
QUIET = 0.1  # the same while nobody listens; who begins to is told from there on
SOON = 0.02  # seconds until the next look when a line waits for the end of a transaction that was given an id before it


def ring() -> None:
    """Wake the dispatcher and the live hub of this process, and through Redis those of others."""
    bell.ring()
    far.ring()


class Tail:
    """A thread that hands every new line, in order and once, to `tell`. Starts at the journal's end."""

    def __init__(self, tell: Callable[[Sequence[Entry]], None], heard: Callable[[], bool] = lambda: True) -> None:
        self._tell, self._heard = tell, heard
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tail", daemon=True)
        self._woken = far.listen()
        self._looked = 0.0
        self.cursor = 0

    def start(self) -> None:
        """Raises `django.db.Error` when the journal cannot be read."""
        self.cursor = order.settled()
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
        pause = POLL
        while not self._ended.is_set():
            self._woken.wait(pause)
            self._woken.clear()
            self._ended.wait(self._looked + (BREATH if self._heard() else QUIET) - time.monotonic())
            try:
                pause = SOON if self._look() else POLL
                self._looked = time.monotonic()
            except Error:
                log.exception("tail.unreadable")
                connections.close_all()
                time.sleep(POLL)
        connections.close_all()

    def _look(self) -> bool:
        """Tell what is new and settled; whether there are lines past that already."""
        settled = _ALL if sql.on_sqlite() else order.settled()
        more = self.cursor < settled
        while more and (entries := lookup.every(Entry, _NEW, self.cursor, settled, PAGE)):
            self._tell(entries)
            self.cursor = entries[-1].id
            more = len(entries) == PAGE
        return settled != _ALL and Entry.objects.filter(id__gt=settled).exists()
