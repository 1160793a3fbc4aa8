"""Working time against a slow, obvious version that steps minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vigie.promises.calendar import ALWAYS, NeverOpenError, WorkingTime

PARIS = ZoneInfo("Europe/Paris")
MINUTE = timedelta(minutes=1)

zones = st.sampled_from(
    [
        "Europe/Paris",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "Africa/Casablanca",
        "Pacific/Apia",
        "UTC",
    ]
)
# Around changes of the clock: Paris and New York in 2026, Lord Howe's half hour, Casablanca's Ramadan, Apia's missing day in 2011.
days = st.sampled_from(
    [
        datetime(2026, 3, 28),
        datetime(2026, 10, 24),
        datetime(2026, 3, 7),
        datetime(2026, 10, 31),
        datetime(2026, 4, 4),
        datetime(2026, 2, 14),
        datetime(2011, 12, 28),
        datetime(2026, 7, 1),
    ]
)
minutes = st.integers(0, 1439)
span = st.tuples(st.integers(0, 6), minutes, st.integers(1, 1440)).filter(lambda s: s[1] < s[2])


@st.composite
def calendars(draw: st.DrawFn) -> WorkingTime:
    spans = draw(st.lists(span, min_size=1, max_size=8))
    day = draw(days)
    holidays = [(day + timedelta(days=n)).date() for n in draw(st.sets(st.integers(0, 6), max_size=2))]
    return WorkingTime.of(draw(zones), [(weekday, at_minute(a), at_minute(b)) for weekday, a, b in spans], holidays)


@st.composite
def instants(draw: st.DrawFn) -> datetime:
    return draw(days).replace(tzinfo=UTC) + draw(st.integers(0, 3 * 1440)) * MINUTE


def at_minute(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


def opened(calendar: WorkingTime, at: datetime) -> bool:
    """The definition, as a person would check it on a wall clock."""
    local = at.astimezone(ZoneInfo(calendar.zone))
    second = local.hour * 3600 + local.minute * 60
    return local.date() not in calendar.holidays and any(a <= second < b for a, b in calendar.week[local.weekday()])


def slow_between(calendar: WorkingTime, start: datetime, end: datetime) -> int:
    return 60 * sum(opened(calendar, start + n * MINUTE) for n in range((end - start) // MINUTE))


@settings(max_examples=150, deadline=None)
@given(calendars(), instants(), st.integers(0, 4 * 1440))
def test_between_counts_every_open_minute_once(calendar: WorkingTime, start: datetime, length: int) -> None:
    end = start + length * MINUTE
    assert calendar.between(start, end) == slow_between(calendar, start, end)


@settings(max_examples=150, deadline=None)
@given(calendars(), instants(), st.integers(1, 1500))
def test_add_ends_at_the_first_instant_with_that_much_work_behind_it(
    calendar: WorkingTime, start: datetime, length: int
) -> None:
    end = calendar.add(start, length * 60)  # a week with a span always opens again
    if end - start > timedelta(days=10):
        assert calendar.between(start, end) == length * 60
    else:
        assert slow_between(calendar, start, end) == length * 60
    assert slow_between(calendar, end - MINUTE, end) == 60


@settings(max_examples=150, deadline=None)
@given(calendars(), instants())
def test_next_opening_is_open_and_nothing_before_it_is(calendar: WorkingTime, at: datetime) -> None:
    opening = calendar.next_opening(at)
    assert opened(calendar, opening)
    assert calendar.is_open(opening)
    assert slow_between(calendar, max(at, opening - timedelta(days=4)), opening) == 0


@given(instants(), st.integers(0, 10**6))
def test_always_is_plain_arithmetic(start: datetime, seconds: int) -> None:
    end = ALWAYS.add(start, seconds)
    assert end == start + timedelta(seconds=seconds)
    assert ALWAYS.between(start, end) == seconds
    assert ALWAYS.next_opening(start) == start


OFFICE = WorkingTime.of("Europe/Paris", [(d, time(9), time(18)) for d in range(5)], [date(2026, 12, 25)])


def test_four_hours_from_friday_evening_end_on_monday() -> None:
    assert OFFICE.add(datetime(2026, 11, 20, 17, tzinfo=PARIS), 4 * 3600) == datetime(2026, 11, 23, 12, tzinfo=PARIS)


def test_a_holiday_is_skipped() -> None:
    assert OFFICE.add(datetime(2026, 12, 24, 17, 30, tzinfo=PARIS), 3600) == datetime(2026, 12, 28, 9, 30, tzinfo=PARIS)


def test_work_ends_at_closing_time_not_at_the_next_opening() -> None:
    assert OFFICE.add(datetime(2026, 11, 23, 9, tzinfo=PARIS), 9 * 3600) == datetime(2026, 11, 23, 18, tzinfo=PARIS)


def test_the_doubled_hour_counts_twice_and_the_skipped_one_not_at_all() -> None:
    night = WorkingTime.of("Europe/Paris", [(6, time(0), time(6))])
    assert night.between(datetime(2026, 10, 25, tzinfo=PARIS), datetime(2026, 10, 26, tzinfo=PARIS)) == 7 * 3600
    assert night.between(datetime(2026, 3, 29, tzinfo=PARIS), datetime(2026, 3, 30, tzinfo=PARIS)) == 5 * 3600


def test_overlapping_spans_count_once() -> None:
    doubled = WorkingTime.of("UTC", [(0, time(9), time(12)), (0, time(11), time(0))])
    assert doubled.between(datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)) == 15 * 3600


def test_a_calendar_without_hours_never_opens() -> None:
    empty = WorkingTime.of("Europe/Paris", [])
    assert empty.between(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)) == 0
    with pytest.raises(NeverOpenError):
        empty.add(datetime(2026, 1, 1, tzinfo=UTC), 60)
    with pytest.raises(NeverOpenError):
        empty.next_opening(datetime(2026, 1, 1, tzinfo=UTC))


def test_seconds_and_microseconds_are_kept() -> None:
    start = datetime(2026, 11, 23, 9, 0, 1, 250, tzinfo=PARIS)
    assert OFFICE.add(start, 600) == start + timedelta(minutes=10)


@pytest.mark.parametrize(("start", "end"), [(time(12), time(9)), (time(9), time(9))])
def test_a_span_ends_after_it_starts(start: time, end: time) -> None:
    with pytest.raises(ValueError, match="end after"):
        WorkingTime.of("UTC", [(0, start, end)])
