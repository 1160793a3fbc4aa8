"""The kept counts behind the month's figures: one first reply is counted once, on the day it was decided."""

from datetime import UTC, datetime
from typing import Any

from django.db import connection

from vigie.promises.models import Clock, ClockState, Kind

UNANSWERED = -1

_ADD = """
INSERT INTO promises_tally (channel, day, department_code, priority, took, n, kept) VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (channel, day, department_code, priority, took)
DO UPDATE SET n = promises_tally.n + excluded.n, kept = promises_tally.kept + excluded.kept
"""


def bucket(seconds: int) -> int:
    """The kept figure for a waiting time: exact to 15 minutes, then to 10 s up to two hours, a minute up to a day, ten after.

    Rounded up, so that no figure is better than what was measured.
    """
    for width, upto in ((1, 900), (10, 7_200), (60, 86_400)):
        if seconds <= upto:
            return -(-seconds // width) * width
    return -(-seconds // 600) * 600


def tally(clock: Clock, *, late_answer: bool = False) -> None:
    """Count a first-reply clock that was just decided; with `late_answer`, one that had been counted as unanswered."""
    if clock.kind != Kind.FIRST_REPLY or clock.decided_at is None:
        return
    took = UNANSWERED if clock.took is None else bucket(clock.took)
    with connection.cursor() as cursor:
        cursor.execute(_ADD, _row(clock, clock.decided_at, took, 1, int(clock.state == ClockState.MET)))
        if late_answer:
            cursor.execute(_ADD, _row(clock, clock.decided_at, UNANSWERED, -1, 0))


def _row(clock: Clock, decided_at: datetime, took: int, n: int, kept: int) -> list[Any]:
    day = connection.ops.adapt_datefield_value(decided_at.astimezone(UTC).date())
    return [clock.channel, day, clock.department_id or "", clock.priority, took, n, kept]
