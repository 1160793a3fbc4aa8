"""When a running clock has something to say: at half of its time, at two minutes to go, and when it breaks. Pure."""

from datetime import datetime

from vigie.promises.calendar import NeverOpenError, WorkingTime

HALF, LAST_MINUTES = 1, 2
LAST = 120  # seconds of working time
_SLACK = 0.01  # seconds: a wake-up a few microseconds early still counts


def step_reached(*, left: float, target: int) -> int:
    """0, `HALF` or `LAST_MINUTES` for a clock with `left` of its `target` seconds of working time.

    A promise of four minutes or less has no second warning: two minutes to go is then half or more of it.
    """
    if target > 2 * LAST and left <= LAST + _SLACK:
        return LAST_MINUTES
    return HALF if left <= target / 2 + _SLACK else 0


def next_wake(
    working: WorkingTime, *, at: datetime, left: float, target: int, due_at: datetime, warned: int
) -> datetime:
    """The instant of the next warning not yet given, else `due_at`. `left`: seconds of working time from `at` to `due_at`."""
    if warned < HALF and left > target / 2:
        return working.add(at, left - target / 2)
    if warned < LAST_MINUTES and target > 2 * LAST and left > LAST:
        return working.add(at, left - LAST)
    return due_at


def left_of(working: WorkingTime, at: datetime, due_at: datetime) -> float:
    """Seconds of working time until `due_at`, negative once it has passed."""
    if at <= due_at:
        return working.between(at, due_at)
    return -working.between(due_at, at)


def due_after(working: WorkingTime, at: datetime, seconds: float) -> datetime:
    """`seconds` of working time after `at`; where the calendar never opens again, as if it were always open.

    A calendar emptied while clocks run must not stop the sweep: the promise then counts at all hours.
    """
    try:
        return working.add(at, seconds)
    except NeverOpenError:
        return WorkingTime(always=True).add(at, seconds)
