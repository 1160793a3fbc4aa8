"""Reactions: which handlers a kind has, and running them from the outbox.

A claim moves `due_at` on by a lease and counts an attempt, in a commit of its own: a process that is killed leaves a
lease that runs out, and a reaction that kills processes is parked in the end. The handler and the mark "done" share one
transaction, so the handler's database effects happen exactly once; effects outside the database must be idempotent.
"""

import random
import threading
import traceback
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, connections, transaction
from django.utils import translation
from django.utils.module_loading import import_string

from vigie.journal.bell import far
from vigie.journal.models import Reaction, ReactionState
from vigie.kernel import clock

log = structlog.stdlib.get_logger("vigie.dispatch")

LEASE = timedelta(seconds=60)
BATCH = 20
TRIES = 12  # about half an hour with the pauses below
LONGEST = timedelta(minutes=15)
POLL = 1.0  # seconds between looks without a ring
ERROR = 4000  # characters of a traceback kept

_handlers: dict[str, tuple[str, ...]] = {}


class LeaseLost(Exception):
    """Another process took the reaction over; what was done here is rolled back."""


def connect(table: Mapping[str, Sequence[str]]) -> None:
    """Set the whole table of kind -> dotted handler paths (`vigie.mail_out.acknowledging.acknowledge`)."""
    _handlers.clear()
    _handlers.update({kind: tuple(paths) for kind, paths in table.items()})


def handlers_of(kind: str) -> tuple[str, ...]:
    return _handlers.get(kind, ())


def pause(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 2, 4, 8 ... seconds with jitter, at most fifteen minutes."""
    return min(LONGEST, timedelta(seconds=2**attempts)) * random.uniform(0.8, 1.2)  # noqa: S311  spreads load


def claim(now: datetime, limit: int = BATCH) -> list[Reaction]:
    """Take reactions that are due, oldest first, for the length of a lease; no other process gets them meanwhile."""
    with transaction.atomic():
        due = Reaction.objects.filter(state=ReactionState.WAITING, due_at__lte=now).order_by("due_at", "id")
        due = due.select_related("entry")
        if connection.vendor == "postgresql":
            due = due.select_for_update(skip_locked=True, of=("self",))
        taken = list(due[:limit])
        until = now + LEASE
        for reaction in taken:
            reaction.due_at = until
            reaction.attempts += 1
        if taken:
            Reaction.objects.bulk_update(taken, ["due_at", "attempts"])
    return taken


def react(reaction: Reaction) -> bool:
    """Run a claimed reaction's handler. True when it is done now; False when it failed and was put back, or was lost."""
    try:
        with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
            import_string(reaction.handler)(reaction.entry)
            _settle(reaction, state=ReactionState.DONE, done_at=clock.now(), error="")
    except LeaseLost:
        return False
    except Exception as problem:
        parked = reaction.attempts >= TRIES
        error = "".join(traceback.format_exception(problem))[-ERROR:]
        log.exception(
            "reaction.parked" if parked else "reaction.failed",
            reaction=reaction.id, handler=reaction.handler, entry=reaction.entry_id, attempts=reaction.attempts,
        )  # fmt: skip
        state = ReactionState.PARKED if parked else ReactionState.WAITING
        try:
            with transaction.atomic():
                _settle(reaction, state=state, due_at=clock.now() + pause(reaction.attempts), error=error)
        except LeaseLost:
            log.warning("reaction.taken_over", reaction=reaction.id)
        return False
    return True


def _settle(reaction: Reaction, **changes: object) -> None:
    """Write the outcome if the claim is still ours: each claim has its own number of attempts."""
    ours = Reaction.objects.filter(id=reaction.id, state=ReactionState.WAITING, attempts=reaction.attempts)
    if not ours.update(**changes):
        raise LeaseLost


def dispatch_due(limit: int = BATCH) -> int:
    """Claim once and run what was claimed; how many were claimed. For the dispatcher and for tests."""
    claimed = claim(clock.now(), limit)
    for reaction in claimed:
        react(reaction)
    return len(claimed)


class Dispatcher:
    """The thread that reacts. Any number of processes may have one."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._woken = far.listen()
        self._thread = threading.Thread(target=self._run, name="dispatcher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish the reaction that runs, give back what was claimed but not begun, end."""
        self._ended.set()
        self._woken.set()
        if self._thread.ident is not None:
            self._thread.join()
        far.forget(self._woken)

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                if self._round():
                    continue
            except DatabaseError:
                log.exception("dispatch.no_database")
                close_old_connections()
                self._ended.wait(POLL)
            self._woken.wait(POLL)
            self._woken.clear()
        connections.close_all()

    def _round(self) -> bool:
        """One claim and its reactions; whether there may be more at once."""
        self._woken.clear()
        now = clock.now()
        claimed = claim(now)
        for number, reaction in enumerate(claimed):
            # With slow handlers the lease would run out before the last of the batch: others may have the rest.
            if self._ended.is_set() or clock.now() - now > LEASE / 2:
                _give_back(claimed[number:], now)
                break
            react(reaction)
        return len(claimed) == BATCH


def _give_back(reactions: Sequence[Reaction], now: datetime) -> None:
    """Make claimed reactions due again without counting an attempt."""
    for reaction in reactions:
        ours = Reaction.objects.filter(id=reaction.id, state=ReactionState.WAITING, attempts=reaction.attempts)
        ours.update(due_at=now, attempts=reaction.attempts - 1)
