"""Customers and services out of files: streams, upserts, tells what became of every row. See docs/importing.md."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.db import IntegrityError

from vigie.inventory.importing import customers, services
from vigie.inventory.importing.ahead import ahead
from vigie.inventory.importing.batching import CUSTOMERS, SERVICES, Batch, Columns, batches
from vigie.inventory.importing.outcome import Outcome, Result, Summary
from vigie.inventory.importing.reading import Bad, Row, Source
from vigie.people.access import OPERATOR

__all__ = ["Bad", "Outcome", "Result", "Row", "Source", "Summary", "load_customers", "load_file", "load_services"]

_TRIES = 3

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
    return _write(batches(rows, SERVICES), services.put, tell)


def load_customers(rows: Iterable[Row | Bad], *, tell: Tell) -> Summary:
    """Put every customer of `rows` in place, with its owner's login; otherwise as `load_services`."""
    return _write(batches(rows, CUSTOMERS), customers.put, tell)


def load_file(what: str, path: Path, *, tell: Tell, progress: Progress) -> Summary:
    """The file's `customers` or `services`, read in a second process while this one writes; for a process with one thread.

    `progress(bytes done, bytes in all, rows)` after each batch. Raises `Unreadable` and OSError.
    """
    kind, put = _KINDS[what]
    with Source(path) as source:

        def watched(batch: Batch) -> Batch:
            progress(batch.done, source.size, batch.read)
            return batch

        made = ahead(batches(source.rows(), kind, lambda: source.done))
        return _write(map(watched, made), put, tell)


def _write(made: Iterable[Batch], put: Put, tell: Tell) -> Summary:
    summary = Summary()
    for batch in made:
        for notice in batch.notices:
            tell(0, notice)
        refused = list(batch.refused)
        outcomes = _put_again(put, [one for _line, one in batch.rows]) if batch.rows else []
        for (line, _one), outcome in zip(batch.rows, outcomes, strict=True):
            if outcome.result is Result.REFUSED:
                refused.append((line, outcome.reason))
            else:
                summary.count(outcome.result)
        for line, reason in sorted(refused):
            summary.count(Result.REFUSED)
            tell(line, reason)
    return summary


def _put_again(put: Put, given: list[Any]) -> list[Outcome]:
    """Somebody else may add the same row between our look and our write (PostgreSQL): look again, then it is there."""
    for _attempt in range(_TRIES - 1):
        try:
            return put(given, viewer=OPERATOR)
        except IntegrityError:
            continue
    return put(given, viewer=OPERATOR)
