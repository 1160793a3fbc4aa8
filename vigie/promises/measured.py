"""What is measured: how long a first reply took, and the share of promises kept. Never from fewer than 20 samples."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.cache import cache
from django.db.models import Count, IntegerField, Q, Sum, Value
from django.db.models.functions import Coalesce

from vigie.kernel import clock as time
from vigie.promises.models import Clock, ClockState, Kind, Tally
from vigie.promises.tallying import UNANSWERED, bucket

FEWEST = 20
NOW_HOURS = 24
MONTH_DAYS = 30
KEEP_SECONDS = 60

Counts = dict[int, tuple[int, int]]  # waiting time -> (clocks, of them kept)


@dataclass(frozen=True, slots=True)
class Figures:
    """`samples` clocks; `median` and `p90` in seconds of working time, None where that rank is still unanswered; `kept` 0..1."""

    samples: int
    median: int | None
    p90: int | None
    kept: float


@dataclass(frozen=True, slots=True)
class Measured:
    """`now`: first replies decided in the last 24 hours; `month`: today and the 29 UTC days before. None below 20 samples."""

    now: Figures | None
    month: Figures | None


def measured(channel: str, department: str | None = None, priority: str | None = None) -> Measured:
    """Figures of the first-reply promise on a channel, narrowed by department code and priority when given.

    A clock counts once it is decided: met by a person's reply, or broken. Broken and unanswered ones count as longer than
    any answer, so that leaving them out never flatters. At most a minute old (kept in the cache).
    """
    key = f"measured:{channel}:{department or ''}:{priority or ''}"
    found: Measured | None = cache.get(key)
    if found is None:
        at = time.now()
        found = Measured(
            now=figures(_recent(channel, department, priority, at)),
            month=figures(_month(channel, department, priority, at)),
        )
        cache.set(key, found, KEEP_SECONDS)
    return found


def figures(counts: Counts) -> Figures | None:
    """Nearest-rank median and 90th percentile, and the share kept; None below 20 samples."""
    samples = sum(n for n, _kept in counts.values())
    if samples < FEWEST:
        return None
    ranked = [*sorted(took for took in counts if took != UNANSWERED), UNANSWERED]
    return Figures(
        samples=samples,
        median=_rank(counts, ranked, -(-samples // 2)),
        p90=_rank(counts, ranked, -(-samples * 9 // 10)),
        kept=sum(kept for _n, kept in counts.values()) / samples,
    )


def _rank(counts: Counts, ranked: list[int], rank: int) -> int | None:
    for took in ranked:
        rank -= counts.get(took, (0, 0))[0]
        if rank <= 0:
            return None if took == UNANSWERED else took
    return None


def _recent(channel: str, department: str | None, priority: str | None, at: datetime) -> Counts:
    """Exact, from the day's clocks by their index."""
    clocks = Clock.objects.filter(
        kind=Kind.FIRST_REPLY, channel=channel, decided_at__gt=at - timedelta(hours=NOW_HOURS), decided_at__lte=at
    )
    if department is not None:
        clocks = clocks.filter(department_id=department)
    if priority is not None:
        clocks = clocks.filter(priority=priority)
    wait = Coalesce("took", Value(UNANSWERED), output_field=IntegerField())
    rows = clocks.values_list(wait).annotate(n=Count("id"), kept=Count("id", filter=Q(state=ClockState.MET)))
    return _summed(rows)


def _month(channel: str, department: str | None, priority: str | None, at: datetime) -> Counts:
    """From the kept tallies: a few thousand rows a month, however many clocks."""
    today = at.astimezone(UTC).date()
    rows = Tally.objects.filter(channel=channel, day__gt=today - timedelta(days=MONTH_DAYS), day__lte=today)
    if department is not None:
        rows = rows.filter(department_code=department)
    if priority is not None:
        rows = rows.filter(priority=priority)
    return _summed(rows.values_list("took").annotate(n=Sum("n"), kept=Sum("kept")))


def _summed(rows: Iterable[tuple[int, int, int]]) -> Counts:
    counts: Counts = {}
    for took, n, kept in rows:
        key = took if took == UNANSWERED else bucket(took)
        before = counts.get(key, (0, 0))
        counts[key] = (before[0] + n, before[1] + kept)
    return counts
