"""Customers and services out of files: streams, upserts, tells what became of every row. See docs/importing.md."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.db import IntegrityError

from vigie.inventory.importing import customers, services, sql
from vigie.inventory.importing.batching import CUSTOMERS, SERVICES, Batch, Columns, batches
from vigie.inventory.importing.outcome import Outcome, Result, Summary
from vigie.inventory.importing.pacing import Pace
from vigie.inventory.importing.reading import Bad, Row, Source, row
from vigie.people.access import OPERATOR

__all__ = ["Bad", "Outcome", "Result", "Row", "Source", "Summary", "load_customers", "load_file", "load_services", "row"]

_TRIES = 3
_LOG_PAGES = 4000  # 16 MB

Tell = Callable[[int, str], None]
Progress = Callable[[int, int, int], None]
Put = Callable[..., list[Outcome]]

_KINDS: dict[str, tuple[Columns, Put]] = {
    "customers": (CUSTOMERS, customers.put),
    "services": (SERVICES, services.put),
}


def load_services(rows: Iterable[Row | Bad], *, tell: Tell) -> Summary:
    """Put every service of `rows` in place. `tell(line, reason)` hears of each refused row, and of ignored columns at line 0.

    What was put stays when a later row, or the process, fails; running it again goes on from there and changes nothing else.
    Raises `Unreadable` when a needed column is missing from all of the file.
    """
    return _load(rows, "services", tell)


def load_customers(rows: Iterable[Row | Bad], *, tell: Tell) -> Summary:
    """Put every customer of `rows` in place, with its owner's login; otherwise as `load_services`."""
    return _load(rows, "customers", tell)


def load_file(what: str, path: Path, *, tell: Tell, progress: Progress) -> Summary:
    """The file's `customers` or `services`; otherwise as `load_services`.

    `progress(bytes done, bytes in all, rows)` after each batch. Raises `Unreadable` and OSError.
    """
    with Source(path) as source, sql.seldom_checkpoints(_LOG_PAGES):
        return _load(source.rows(), what, tell, lambda read: progress(source.done, source.size, read))


def _load(rows: Iterable[Row | Bad], what: str, tell: Tell, watch: Callable[[int], None] | None = None) -> Summary:
    kind, put = _KINDS[what]
    pace, summary = Pace(), Summary()
    for batch in batches(rows, kind, lambda: pace.rows):
        if batch.rows:
            with pace.writing(len(batch.rows)):
                outcomes = _put_again(put, batch.rows)
        else:
            outcomes = []
        _tell(batch, outcomes, tell, summary)
        if watch:
            watch(batch.read)
    return summary


def _tell(batch: Batch, outcomes: list[Outcome], tell: Tell, summary: Summary) -> None:
    refused = batch.refused
    for notice in batch.notices:
        tell(0, notice)
    summary.count([Result.REFUSED] * len(refused) + [outcome.result for outcome in outcomes])
    for line, outcome in zip(batch.lines, outcomes, strict=True):
        if outcome.result is Result.REFUSED:
            refused.append((line, outcome.reason))
    for line, reason in sorted(refused):
        tell(line, reason)


def _put_again(put: Put, given: list[Any]) -> list[Outcome]:
    """Somebody else may add the same row between our look and our write (PostgreSQL): look again, then it is there."""
    for _attempt in range(_TRIES - 1):
        try:
            return put(given, viewer=OPERATOR)
        except IntegrityError:
            continue
    return put(given, viewer=OPERATOR)
