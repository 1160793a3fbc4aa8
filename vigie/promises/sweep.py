"""The sweep: clocks whose `wake_at` has come are warned about or broken. Any number of workers may run it at once."""

from datetime import datetime

from django.db import connection, transaction

from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import clock as time
from vigie.promises.clocks import break_, save
from vigie.promises.models import Clock, ClockState
from vigie.promises.steps import left_of, next_wake, step_reached
from vigie.promises.working import working_time

BATCH = 200


def sweep(at: datetime | None = None) -> int:
    """Do everything that is due at `at` (aware; now when None); returns how many clocks were handled.

    Each batch is a transaction of its own: the clocks with their journal lines. Idempotent, safe to kill anywhere. When
    nothing is due it costs one look at the index and takes no lock.
    """
    moment = at or time.now()
    handled = 0
    while _anything_due(moment):
        done = _batch(moment)
        handled += done
        if done == 0:  # what is due is in another worker's hands
            break
    return handled


def _anything_due(at: datetime) -> bool:
    return Clock.objects.filter(state=ClockState.RUNNING, wake_at__lte=at).exists()


def _batch(at: datetime) -> int:
    """Claim and handle up to `BATCH` clocks.

    PostgreSQL locks the rows and skips those locked elsewhere; on SQLite the transaction is the only writer. What was
    met or paused in between is no longer `running` when the lock is held, so it is not claimed.
    """
    with transaction.atomic():
        skip = connection.features.has_select_for_update_skip_locked
        due = Clock.objects.select_for_update(skip_locked=skip, of=("self",)).select_related("conversation")
        claimed = list(due.filter(state=ClockState.RUNNING, wake_at__lte=at).order_by("wake_at", "id")[:BATCH])
        for clock in claimed:
            if at >= clock.due_at:
                break_(clock, at)
            else:
                _warn(clock, at)
    return len(claimed)


def _warn(clock: Clock, at: datetime) -> None:
    working = working_time(clock.calendar_id)
    left = left_of(working, at, clock.due_at)
    step = step_reached(left=left, target=clock.target)
    is_new = step > clock.warned
    clock.warned = max(step, clock.warned)
    clock.wake_at = next_wake(working, at=at, left=left, target=clock.target, due_at=clock.due_at, warned=clock.warned)
    if clock.wake_at <= at:
        clock.wake_at = clock.due_at
    save(clock, "warned", "wake_at")
    if is_new:
        record(
            "clock.warned",
            at=at,
            audience=Audience.STAFF,
            customer_id=clock.conversation.customer_id,
            conversation_id=clock.conversation_id,
            data={"clock": clock.pk, "kind": clock.kind, "step": step},
        )
