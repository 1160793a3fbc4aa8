"""The group-commit writer: many small writes, one durable commit.

On SQLite a commit waits for the disk. Functions submitted while one commit is under way run together in the next, each
in its own savepoint: one that raises undoes itself alone, and if the commit fails nothing of the group happened.
"""

import contextvars
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from django.db import connection, connections, transaction
from django.utils import timezone, translation

from vigie.kernel import baton

T = TypeVar("T")
GROUP = 256  # functions in one commit at most
SPAN = 0.02  # seconds a group may grow; the first in it waits no longer


class _Job(Generic[T]):
    """One submitted function and, later, what became of it."""

    __slots__ = ("context", "done", "error", "fn", "hooks", "language", "result", "zone")

    def __init__(self, fn: Callable[[], T]) -> None:
        self.fn = fn
        self.context = contextvars.copy_context()
        self.language, self.zone = translation.get_language(), timezone.get_current_timezone()
        self.done = threading.Lock()  # held until it is done: lighter than an event
        self.done.acquire()
        self.result: T | None = None
        self.error: BaseException | None = None
        self.hooks: list[Any] = []

    def run(self) -> None:
        """Call the function as its submitter would: Django keeps language and zone by thread, not by context."""
        with translation.override(self.language), timezone.override(self.zone):
            self.result = self.fn()

    def outcome(self) -> T:
        """Once it is done: run its `on_commit` hooks in this thread and give its result, or raise its error."""
        if self.error is not None:
            raise self.error
        for _savepoints, hook, _robust in self.hooks:
            hook()
        return self.result  # type: ignore[return-value]  # set whenever error is not


class Writer:
    """One thread that writes. Started by the first `together`, ended by `stop`."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None

    def together(self, fn: Callable[[], T]) -> T:
        """Run `fn` in a transaction and return its result; when it returns, the write is durable.

        `fn` runs in the writer's thread and sees everything committed before. Its `on_commit` hooks run in the caller's
        thread after the commit. Raises what `fn` raised, or the error of the commit; what `fn` wrote is undone then. Inside
        a transaction, and on PostgreSQL, which commits groups by itself, it runs here in `atomic()`.
        """
        if connection.in_atomic_block or connection.vendor != "sqlite":
            with transaction.atomic():
                return fn()
        job = _Job(fn)
        self._hand_over([job])
        return job.outcome()

    def together_each(self, fns: Sequence[Callable[[], T]]) -> list[Callable[[], T]]:
        """As `together` for several that need not all succeed, in as few commits as may be.

        Gives for each a function to be called once: it returns what `together` would have, or raises what it would.
        """
        if connection.in_atomic_block or connection.vendor != "sqlite":
            return [partial(self.together, fn) for fn in fns]
        jobs = [_Job(fn) for fn in fns]
        self._hand_over(jobs)
        return [job.outcome for job in jobs]

    def _hand_over(self, jobs: Sequence[_Job[Any]]) -> None:
        """Give jobs to the thread and wait for the last of them."""
        with self._guard:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
                self._thread.start()
            for job in jobs:
                self._queue.put(job)
        with baton.laid_down():
            for job in jobs:
                job.done.acquire()

    def stop(self) -> None:
        """Write what waits, then end the thread; a later `together` starts another."""
        with self._guard:
            thread, self._thread = self._thread, None
            if thread is not None:
                self._queue.put(None)
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        while (job := self._queue.get()) is not None:
            group = [job]
            try:
                ended = self._write(group)
            except BaseException as problem:  # noqa: BLE001  the commit failed: every caller must know
                for one in group:
                    one.error = one.error or problem
                    one.hooks = []
                ended = False
            for one in group:
                one.done.release()
            if ended:
                break
            del job, group
        connections.close_all()

    def _write(self, group: list[_Job[Any]]) -> bool:
        """Run the first job and those that come meanwhile, then commit. True when the writer was told to end."""
        until = time.monotonic() + SPAN
        with transaction.atomic(), baton.held():
            self._attempt(group[0])
            while len(group) < GROUP and time.monotonic() < until:
                try:
                    job = self._queue.get_nowait()
                except Empty:
                    return False
                if job is None:
                    return True
                group.append(job)
                self._attempt(job)
        return False

    def _attempt(self, job: _Job[Any]) -> None:
        before = len(connection.run_on_commit)
        try:
            with transaction.atomic():
                job.context.run(job.run)
        except BaseException as problem:  # noqa: BLE001  it belongs to the caller
            job.error = problem
        else:
            # The caller runs its own hooks: one that raises is then its caller's trouble, not the group's.
            job.hooks = connection.run_on_commit[before:]
        del connection.run_on_commit[before:]


writer = Writer()
together, together_each = writer.together, writer.together_each
