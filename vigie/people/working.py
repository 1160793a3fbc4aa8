"""Whether somebody works at an instant, from wall-clock hours. Pure: knows neither Django nor the database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class Span:
    """Working time on one weekday (Monday is 0), local wall clock; `end` 00:00 means midnight at the day's end."""

    weekday: int
    start: time
    end: time

    def covers(self, wall: datetime) -> bool:
        if wall.weekday() != self.weekday or wall.time() < self.start:
            return False
        return self.end == MIDNIGHT or wall.time() < self.end


def is_open(*, always: bool, zone: ZoneInfo, spans: Collection[Span], holidays: Collection[date], at: datetime) -> bool:
    """Whether `at` (aware) falls into working time; the start of a span belongs to it, its end does not."""
    if always:
        return True
    wall = at.astimezone(zone)
    return wall.date() not in holidays and any(span.covers(wall) for span in spans)


def overlapping(spans: Collection[Span]) -> tuple[Span, Span] | None:
    """The first two spans of a weekday that share time, or None."""
    ordered = sorted(spans, key=lambda span: (span.weekday, span.start))
    for one, other in pairwise(ordered):
        if one.weekday == other.weekday and (one.end == MIDNIGHT or other.start < one.end):
            return one, other
    return None
