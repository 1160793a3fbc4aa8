"""Since when: a local date and time in a zone, as a person says it, made an instant. Pure.

The hour that autumn has twice is asked about, the hour that spring leaves out is refused with the reason, and so is the future.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DEFAULT_ZONE = "Europe/Paris"
"""CET and CEST."""

SLACK = timedelta(minutes=5)
"""How far the customer's clock may be ahead of ours."""


class BeginTimeError(ValueError):
    """The family; `begin_words.told` says each in the reader's language. `field` is the form's field to stand beside."""

    field = "began"


class FutureTime(BeginTimeError):
    """Nothing can have begun later than now."""


class UnknownZone(BeginTimeError):
    """Not an IANA zone name."""

    field = "zone"


class MissingTime(BeginTimeError):
    """The clocks were put forward over this time: it went from `gap_from` straight to `gap_to` (local wall time)."""

    def __init__(self, gap_from: datetime, gap_to: datetime) -> None:
        super().__init__(gap_from, gap_to)
        self.gap_from, self.gap_to = gap_from, gap_to


@dataclass(frozen=True, slots=True)
class Option:
    """One of two instants that share a wall time. `fold` is what `resolve` takes to choose it; `offset` from UTC."""

    instant: datetime
    fold: int
    abbreviation: str
    offset: timedelta


class AmbiguousTime(BeginTimeError):
    """The clocks were put back over this time, so it was twice: `options`, the earlier first."""

    def __init__(self, options: tuple[Option, Option]) -> None:
        super().__init__(options)
        self.options = options


def zone_named(zone: str) -> ZoneInfo:
    """Raises UnknownZone, also for names that would be paths."""
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownZone(zone) from None


def resolve(day: date, at: time, zone: str = DEFAULT_ZONE, fold: int | None = None, *, now: datetime) -> datetime:
    """The instant, in UTC, of a wall time in `zone`. `fold` chooses between two: 0 the earlier, 1 the later.

    Raises UnknownZone, MissingTime, FutureTime, and AmbiguousTime where two instants fit, neither lies in the future and
    `fold` is None.
    """
    place = zone_named(zone)
    wall = datetime.combine(day, at.replace(tzinfo=None))
    try:
        options = [_option(wall, place, one) for one in (0, 1)]
    except OverflowError:  # the edges of the calendar: before year 1 or after 9999 in UTC
        raise FutureTime from None
    first, second = options
    if first.instant != second.instant and first.instant > second.instant:
        raise MissingTime(*_gap(wall, place, first.offset, second.offset))
    possible = [one for one in options if one.instant <= now + SLACK]
    if not possible:
        raise FutureTime
    if first.instant == second.instant or len(possible) == 1:
        return min(possible[0].instant, now)
    if fold is None:
        raise AmbiguousTime((first, second))
    return min(options[1 if fold else 0].instant, now)


def check(began_at: datetime, zone: str, now: datetime) -> None:
    """For an instant that comes as one (the API): raises UnknownZone or FutureTime."""
    zone_named(zone)
    if began_at > now + SLACK:
        raise FutureTime


def _option(wall: datetime, place: ZoneInfo, fold: int) -> Option:
    local = wall.replace(tzinfo=place, fold=fold)
    offset = local.utcoffset() or timedelta()
    return Option(local.astimezone(UTC), fold, local.tzname() or "", offset)


def _gap(wall: datetime, place: ZoneInfo, before: timedelta, after: timedelta) -> tuple[datetime, datetime]:
    """The wall times between which the gap lies; the change is where the offset turns from `before` to `after`."""
    low, high = (wall - after).replace(tzinfo=UTC), (wall - before).replace(tzinfo=UTC)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(place).utcoffset() == before:
            low = middle
        else:
            high = middle
    change = high.replace(microsecond=0, tzinfo=None)
    return change + before, change + after
