"""Jobs that come round: each in its own thread, never beside itself, in one process at a time."""

import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog
from django.db import close_old_connections, connections
from django.utils.module_loading import import_string

from vigie.kernel.turns import turn

log = structlog.stdlib.get_logger("vigie.schedule")
LONGEST = 300.0  # seconds between attempts of a job that keeps failing


@dataclass(frozen=True, slots=True)
class Job:
    """`path` is a function without arguments, safe to run at any time; `seconds` from one run's end to the next."""

    seconds: float
    path: str


class Heard(Protocol):
    """Hears of every run of a job."""

    def __call__(self, name: str, *, ok: bool) -> None: ...


class Rounds:
    """Runs jobs until `stop`. `ran(path, ok)` hears of every run."""

    def __init__(self, jobs: Sequence[Job], folder: Path, ran: Heard) -> None:
        self._folder = folder
        self._ran = ran
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._keep_running, args=(job,), name=f"job {job.path.rpartition('.')[2]}", daemon=True)
            for job in jobs
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let running jobs finish, then end."""
        self._ended.set()
        for thread in self._threads:
            thread.join()

    @property
    def is_alive(self) -> bool:
        return all(thread.is_alive() for thread in self._threads)

    def _keep_running(self, job: Job) -> None:
        failures = 0
        while not self._ended.wait(self._pause(job, failures)):
            began = time.monotonic()
            try:
                with turn(job.path, self._folder) as mine:
                    if mine:
                        import_string(job.path)()
                        self._ran(job.path, ok=True)
                failures = 0
            except Exception:
                failures += 1
                self._ran(job.path, ok=False)
                log.exception("job.failed", job=job.path, failures=failures, seconds=round(time.monotonic() - began, 2))
                close_old_connections()
            if job.seconds >= 60:
                connections.close_all()
        connections.close_all()

    @staticmethod
    def _pause(job: Job, failures: int) -> float:
        """The job's own pause; after failures it doubles, with jitter, up to five minutes."""
        if not failures:
            return job.seconds
        return max(job.seconds, min(LONGEST, 2.0**failures)) * random.uniform(0.75, 1.25)  # noqa: S311  jitter
