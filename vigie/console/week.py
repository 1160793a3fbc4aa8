"""A week of working hours in few words: days that follow each other with the same hours stand together."""

from collections.abc import Iterable
from datetime import time
from itertools import groupby
from typing import Protocol


class Span(Protocol):
    """A stretch of one weekday, Monday is 0."""

    weekday: int
    start: time
    end: time


def in_words(spans: Iterable[Span], names: list[str]) -> list[str]:
    """As in `["Mon–Fri 08:00–22:00", "Sat 09:00–12:00"]`; `names` are the weekdays', Monday first. Empty for no hours."""
    ordered = sorted(spans, key=lambda one: (one.weekday, one.start))
    days = {
        weekday: ", ".join(f"{one.start:%H:%M}–{one.end:%H:%M}" for one in some)
        for weekday, some in groupby(ordered, key=lambda one: one.weekday)
    }
    told: list[tuple[int, int, str]] = []
    for weekday, hours in days.items():
        if told and told[-1][1] == weekday - 1 and told[-1][2] == hours:
            told[-1] = (told[-1][0], weekday, hours)
        else:
            told.append((weekday, weekday, hours))
    return [f"{names[first]}{f'–{names[last]}' if last > first else ''} {hours}" for first, last, hours in told]
