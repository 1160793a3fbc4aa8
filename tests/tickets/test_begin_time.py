"""Since when: wall times become instants, except where the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.tickets.begin_time import AmbiguousTime, FutureTime, MissingTime, UnknownZone, check, resolve
from vigie.tickets.begin_words import label, told

NOW = datetime(2026, 11, 24, 12, 50, tzinfo=UTC)
ZONES = ["Europe/Paris", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns", "UTC"]


def test_paris_in_winter_is_cet() -> None:
    assert resolve(date(2026, 11, 24), time(13, 40), now=NOW) == datetime(2026, 11, 24, 12, 40, tzinfo=UTC)


def test_paris_in_summer_is_cest() -> None:
    assert resolve(date(2026, 7, 1), time(13, 40), now=NOW) == datetime(2026, 7, 1, 11, 40, tzinfo=UTC)


def test_the_hour_that_autumn_has_twice_is_asked_about() -> None:
    with pytest.raises(AmbiguousTime) as asked:
        resolve(date(2026, 10, 25), time(2, 30), now=NOW)
    first, second = asked.value.options
    assert [first.abbreviation, second.abbreviation] == ["CEST", "CET"]
    assert second.instant - first.instant == timedelta(hours=1)
    assert label(first) == "CEST (UTC+02:00)"
    for option in (first, second):
        assert resolve(date(2026, 10, 25), time(2, 30), fold=option.fold, now=NOW) == option.instant


def test_nothing_is_asked_while_only_the_first_of_the_two_has_been() -> None:
    """At half past two the first time round, half past two is now."""
    now = datetime(2026, 10, 25, 0, 31, tzinfo=UTC)
    assert resolve(date(2026, 10, 25), time(2, 30), now=now) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "at", "gap"),
    [
        ("Europe/Paris", date(2026, 3, 29), time(2, 30), ("02:00", "03:00")),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), ("02:00", "02:30")),
        ("America/New_York", date(2026, 3, 8), time(2, 0), ("02:00", "03:00")),
        ("Pacific/Apia", date(2011, 12, 30), time(12, 0), ("00:00", "00:00")),
    ],
)
def test_the_time_that_spring_leaves_out_is_refused_with_the_reason(zone: str, day: date, at: time, gap: tuple[str, str]) -> None:
    with pytest.raises(MissingTime) as refused:
        resolve(day, at, zone, now=NOW)
    assert (f"{refused.value.gap_from:%H:%M}", f"{refused.value.gap_to:%H:%M}") == gap
    assert gap[0] in told(refused.value)


def test_the_future_is_refused() -> None:
    with pytest.raises(FutureTime):
        resolve(date(2026, 11, 24), time(14, 0), now=NOW)


def test_a_clock_a_little_ahead_of_ours_means_now() -> None:
    assert resolve(date(2026, 11, 24), time(13, 54), now=NOW) == NOW


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "../../etc/passwd", "", "/etc/localtime", "\0"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(UnknownZone):
        resolve(date(2026, 11, 24), time(13, 0), zone, now=NOW)
    with pytest.raises(UnknownZone):
        check(NOW, zone, NOW)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2026, 11, 1)), st.sampled_from(ZONES))
def test_what_was_said_reads_the_same_in_its_zone(wall: datetime, zone: str) -> None:
    try:
        instants = [resolve(wall.date(), wall.time(), zone, now=NOW)]
    except AmbiguousTime as asked:
        instants = [option.instant for option in asked.options]
        assert instants[0] < instants[1]
    except MissingTime as refused:
        assert refused.gap_from <= wall < refused.gap_to
        return
    for instant in instants:
        assert instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall


@given(st.dates(), st.times(), st.sampled_from(ZONES))
def test_no_date_at_all_breaks_it(day: date, at: time, zone: str) -> None:
    try:
        assert resolve(day, at, zone, now=NOW) <= NOW
    except (AmbiguousTime, MissingTime, FutureTime):
        return


def test_errors_are_told_in_french() -> None:
    from django.utils import translation

    with translation.override("fr"):
        assert "futur" in told(FutureTime())
        with pytest.raises(AmbiguousTime) as asked:
            resolve(date(2026, 10, 25), time(2, 30), now=NOW)
        assert "CEST (UTC+02:00)" in told(asked.value)
