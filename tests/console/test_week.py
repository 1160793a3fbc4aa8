"""Working hours in few words."""

from datetime import time
from types import SimpleNamespace

from vigie.console.week import in_words

NAMES = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def span(weekday: int, start: int, end: int) -> SimpleNamespace:
    return SimpleNamespace(weekday=weekday, start=time(start), end=time(end))


def test_days_with_the_same_hours_stand_together() -> None:
    week = [span(day, 8, 22) for day in (4, 3, 2, 1, 0)]
    assert in_words(week, NAMES) == ["Mon–Fri 08:00–22:00"]
    assert in_words([*week, span(6, 8, 22)], NAMES) == ["Mon–Fri 08:00–22:00", "Sun 08:00–22:00"]


def test_a_pause_and_a_shorter_day_are_told() -> None:
    week = [one for day in range(4) for one in (span(day, 14, 18), span(day, 9, 12))] + [span(4, 9, 12)]
    assert in_words(week, NAMES) == ["Mon–Thu 09:00–12:00, 14:00–18:00", "Fri 09:00–12:00"]
    assert in_words([], NAMES) == []
