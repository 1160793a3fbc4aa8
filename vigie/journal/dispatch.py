"""Reactions: which handlers a kind has, and running them from the outbox.

A claim moves `due_at` on by a lease and counts an attempt, in a commit of its own: a process that is killed leaves a
lease that runs out, and a reaction that kills processes is parked in the end. The handler and the mark "done" share one
transaction, so the handler's database effects happen exactly once; effects outside the database must be idempotent.
"""

import json
import random
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, connections, transaction
from django.utils import translation
from django.utils.module_loading import import_string

from vigie.journal.bell import far
from vigie.journal.models import Entry, Reaction, ReactionState
from vigie.kernel import clock, rows
from vigie.kernel.writes import together_each

log = structlog.stdlib.get_logger("vigie.dispatch")

LEASE = timedelta(seconds=60)
BATCH = 20
AT_ONCE = 5  # of a batch: they share a commit, and pages wait for no longer than these take
TRIES = 12  # about half an hour with the pauses below
LONGEST = timedelta(minutes=15)
POLL = 1.0  # seconds between looks without a ring
PATIENCE = timedelta(seconds=5)  # how long a reaction gives way to people who wait for a page
GLANCE = 0.1  # seconds between looks while it does
ERROR = 4000  # characters of a traceback kept


@dataclass(frozen=True, slots=True)
class Only:
    """A handler wanted only where the entry's data say all of `data`: what it would ignore costs no row and no commit."""

    path: str
    data: Mapping[str, Any]

    def wants(self, data: Mapping[str, Any]) -> bool:
        return all(name in data and data[name] == value for name, value in self.data.items())


def only(path: str, **data: Any) -> Only:
    """`only("vigie.tickets.informing.answered", author="agent")`, for the table of `connect`."""
    return Only(path, data)


_handlers: dict[str, tuple[Only, ...]] = {}

# By hand: the queue is looked at after every commit, and the ORM would cost more than most handlers.
_DUE = "FROM journal_reaction r WHERE r.state = 'waiting' AND r.due_at <= %s"
_LOOK = f"SELECT 1 {_DUE} LIMIT 1"
_TAKE = f"""
SELECT r.id, r.handler, r.attempts, e.id, e.at, e.kind, e.audience, e.actor_id, e.customer_id, e.conversation_id, e.data
{_DUE.replace("WHERE", "JOIN journal_entry e ON e.id = r.entry_id WHERE")} ORDER BY r.due_at, r.id LIMIT %s
"""
_LEASE = "UPDATE journal_reaction SET due_at = %s, attempts = %s WHERE id = %s"
_DONE = """
UPDATE journal_reaction SET state = 'done', done_at = %s, error = '' WHERE id = %s AND state = 'waiting' AND attempts = %s
"""


class LeaseLost(Exception):
    """Another process took the reaction over; what was done here is rolled back."""


def connect(table: Mapping[str, Sequence[str | Only]]) -> None:
    """Set the whole table of kind -> handlers, each a dotted path (`vigie.tickets.acknowledging.acknowledge`) or `only(...)`."""
    _handlers.clear()
    for kind, handlers in table.items():
        _handlers[kind] = tuple(handler if isinstance(handler, Only) else only(handler) for handler in handlers)


def handlers_of(kind: str, data: Mapping[str, Any]) -> list[str]:
    """The paths of the handlers an entry of this kind with these data has."""
    return [handler.path for handler in _handlers.get(kind, ()) if handler.wants(data)]


def pause(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 2, 4, 8 ... seconds with jitter, at most fifteen minutes."""
    return min(LONGEST, timedelta(seconds=2**attempts)) * random.uniform(0.8, 1.2)  # noqa: S311  spreads load


def claim(now: datetime, limit: int = BATCH, patience: timedelta = timedelta()) -> list[Reaction]:
    """Take reactions that have been due for `patience`, oldest first; no other process gets them for the length of a lease.

    Where nothing is due it costs one look at an index and no lock.
    """
    until, before = rows.bound(now + LEASE), rows.bound(now - patience)
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, [before])
        if not cursor.fetchall():
            return []
        with transaction.atomic():
            held = " FOR UPDATE OF r SKIP LOCKED" if connection.vendor == "postgresql" else ""
            cursor.execute(_TAKE + held, [before, limit])
            taken = [_claimed(*row) for row in cursor.fetchall()]
            cursor.executemany(_LEASE, [(until, reaction.attempts, reaction.id) for reaction in taken])
    return taken


def _claimed(id_: int, handler: str, attempts: int, *entry: Any) -> Reaction:
    """A row of `_TAKE`, as it is once the claim is written."""
    number, at, *plain, data = entry
    values = (number, rows.instant(at), *plain, json.loads(data) if isinstance(data, str) else data)
    told = Entry.from_db(connection.alias, [field.attname for field in Entry._meta.concrete_fields], values)  # noqa: SLF001
    return Reaction(id=id_, entry=told, handler=handler, attempts=attempts + 1)


def react(reactions: Sequence[Reaction]) -> int:
    """Run the handlers of claimed reactions, in few commits but each by itself; how many are done now.

    The others failed and were put back, or were lost to another process.
    """
    outcomes = together_each([partial(_run, reaction) for reaction in reactions])
    return sum(_ended_well(reaction, outcome) for reaction, outcome in zip(reactions, outcomes, strict=True))


def _ended_well(reaction: Reaction, outcome: Callable[[], None]) -> bool:
    try:
        outcome()
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
                _put_back(reaction, state=state, due_at=clock.now() + pause(reaction.attempts), error=error)
        except LeaseLost:
            log.warning("reaction.taken_over", reaction=reaction.id)
        return False
    return True


def _run(reaction: Reaction) -> None:
    """The handler and its mark, in one transaction with whatever else is being written just now."""
    with translation.override(settings.LANGUAGE_CODE):
        import_string(reaction.handler)(reaction.entry)
    with connection.cursor() as cursor:
        cursor.execute(_DONE, [rows.bound(clock.now()), reaction.id, reaction.attempts])
        if cursor.rowcount != 1:
            raise LeaseLost


def _put_back(reaction: Reaction, **changes: object) -> None:
    """Write what else became of it, if the claim is still ours: each claim has its own number of attempts."""
    ours = Reaction.objects.filter(id=reaction.id, state=ReactionState.WAITING, attempts=reaction.attempts)
    if not ours.update(**changes):
        raise LeaseLost


def dispatch_due(limit: int = BATCH) -> int:
    """Claim once and run what was claimed; how many were claimed. For the dispatcher and for tests."""
    claimed = claim(clock.now(), limit)
    react(claimed)
    return len(claimed)


def nobody() -> bool:
    return False


class Dispatcher:
    """The thread that reacts. Any number of processes may have one.

    While `busy` says that people wait for pages of this process, only what has waited for `PATIENCE` is done: a burst is
    answered first, and what follows from it still follows within seconds.
    """

    def __init__(self, busy: Callable[[], bool] = nobody) -> None:
        self._busy = busy
        self._ended = threading.Event()
        self._woken = far.listen()
        self._thread = threading.Thread(target=self._run, name="dispatcher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish the reactions that run, give back what was claimed but not begun, end."""
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
            if self._busy():
                self._ended.wait(GLANCE)
            else:
                self._woken.wait(POLL)
            self._woken.clear()
        connections.close_all()

    def _round(self) -> bool:
        """One claim and its reactions; whether there may be more at once."""
        self._woken.clear()
        now = clock.now()
        claimed = claim(now, patience=PATIENCE if self._busy() else timedelta())
        for number in range(0, len(claimed), AT_ONCE):
            # With slow handlers the lease would run out before the last of the batch: others may have the rest.
            if self._ended.is_set() or clock.now() - now > LEASE / 2:
                _give_back(claimed[number:], now)
                break
            react(claimed[number : number + AT_ONCE])
        return len(claimed) == BATCH


def _give_back(reactions: Sequence[Reaction], now: datetime) -> None:
    """Make claimed reactions due again without counting an attempt."""
    for reaction in reactions:
        ours = Reaction.objects.filter(id=reaction.id, state=ReactionState.WAITING, attempts=reaction.attempts)
        ours.update(due_at=now, attempts=reaction.attempts - 1)
