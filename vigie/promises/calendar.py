"""Working time: wall-clock spans of a week in one IANA zone, less holidays. Pure: no Django, no clock, no database.

An instant is open when its local time of day lies in a span of its local weekday and its local date is no holiday. So an hour
that occurs twice in autumn counts twice, and one that is skipped in spring counts not at all. Costs grow with the days crossed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)
_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday
_SEARCH_DAYS = 366 * 5

Spans = tuple[tuple[int, int], ...]


class NeverOpenError(ValueError):
    """The calendar has no working time within the next five years, so nothing can be due in it."""


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """`week` holds, for Monday to Sunday, disjoint sorted spans in seconds since local midnight, end excluded (86400 is midnight).

    `always` is 24/7: the rest is then ignored. Make one with `WorkingTime.of`, which sorts and merges.
    """

    zone: str = "UTC"
    week: tuple[Spans, ...] = ((),) * 7
    holidays: frozenset[date] = field(default=frozenset())
    always: bool = False

    @classmethod
    def of(cls, zone: str, spans: Iterable[tuple[int, time, time]], holidays: Iterable[date] = ()) -> "WorkingTime":
        """From (weekday, start, end) with Monday as 0; an end of 00:00 is midnight at the day's end.

        Raises ValueError where a span ends before it starts, ZoneInfoNotFoundError for an unknown zone.
        """
        ZoneInfo(zone)
        week: list[list[tuple[int, int]]] = [[] for _ in range(7)]
        for weekday, start, end in spans:
            first, last = _seconds(start), _seconds(end) or 86_400
            if last <= first:
                msg = f"a span must end after it starts: {start}-{end}"
                raise ValueError(msg)
            week[weekday].append((first, last))
        return cls(zone, tuple(_merged(day) for day in week), frozenset(holidays))

    def add(self, start: datetime, seconds: float) -> datetime:
        """The first instant (UTC) at which `seconds` of working time have passed since `start` (aware).

        Zero gives `start` itself. Raises NeverOpenError, or ValueError for a negative span.
        """
        if seconds < 0:
            msg = "working time is added forwards only"
            raise ValueError(msg)
        if self.always or seconds == 0:
            return start.astimezone(UTC) + timedelta(seconds=seconds)
        left = round(seconds * _SECOND)
        for begin, end in self._open(_micros(start)):
            if end - begin >= left:
                return _instant(begin + left)
            left -= end - begin
        raise NeverOpenError(self.zone)

    def between(self, start: datetime, end: datetime) -> float:
        """Seconds of working time from `start` to `end` (both aware); 0.0 when `end` is not later."""
        if end <= start:
            return 0.0
        if self.always:
            return (end - start) / timedelta(seconds=1)
        last, total = _micros(end), 0
        for begin, close in self._open(_micros(start), until=last):
            if begin >= last:
                break
            total += min(close, last) - begin
        return total / _SECOND

    def next_opening(self, at: datetime) -> datetime:
        """`at` itself when open, else the next instant (UTC) at which work begins. Raises NeverOpenError."""
        if self.always:
            return at.astimezone(UTC)
        for begin, _end in self._open(_micros(at)):
            return _instant(begin)
        raise NeverOpenError(self.zone)

    def is_open(self, at: datetime) -> bool:
        """Whether work is done at that instant."""
        if self.always:
            return True
        local = at.astimezone(ZoneInfo(self.zone))
        second = _seconds(local.time())
        return local.date() not in self.holidays and any(a <= second < b for a, b in self.week[local.weekday()])

    def _open(self, start: int, until: int | None = None) -> Iterator[tuple[int, int]]:
        """Open stretches from `start` on, in order, in microseconds since 1970 (UTC); neighbours may touch."""
        if not any(self.week):
            return
        closed = {day.toordinal() - _EPOCH_ORDINAL for day in self.holidays}
        zone, last = ZoneInfo(self.zone), start + _SEARCH_DAYS * _DAY if until is None else until
        while start < last:
            end, offset = _steady(zone, start)
            for day in range((start + offset) // _DAY, (end + offset - 1) // _DAY + 1):
                if day in closed:
                    continue
                midnight = day * _DAY - offset
                for first, close in self.week[(day + _EPOCH_WEEKDAY) % 7]:
                    a, b = max(start, midnight + first * _SECOND), min(end, midnight + close * _SECOND)
                    if a < b:
                        yield a, b
                        last = last if until is not None else b + _SEARCH_DAYS * _DAY
            start = end


ALWAYS = WorkingTime(always=True)


def _steady(zone: ZoneInfo, start: int) -> tuple[int, int]:
    """The end of the stretch from `start`, at most a day long, in which the UTC offset stays the same, and that offset."""
    offset, low, high = _offset(zone, start), start, start + _DAY
    if _offset(zone, high) == offset:
        return high, offset
    low, high = start // _SECOND, -(-high // _SECOND)  # clocks change at whole seconds
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle * _SECOND) == offset:
            low = middle
        else:
            high = middle
    return high * _SECOND, offset


def _offset(zone: ZoneInfo, at: int) -> int:
    offset = _instant(at).astimezone(zone).utcoffset()
    return 0 if offset is None else offset // _MICRO


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICRO


def _instant(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def _seconds(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second


def _merged(spans: list[tuple[int, int]]) -> Spans:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)
