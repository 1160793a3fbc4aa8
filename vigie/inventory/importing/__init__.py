"""Customers and services out of files: streams, upserts, tells what became of every row. See docs/importing.md."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from django.db import IntegrityError
from django.utils.translation import gettext as _

from vigie.inventory.errors import RowRefused, Unreadable
from vigie.inventory.importing import columns, customers, services
from vigie.inventory.importing.outcome import Outcome, Result, Summary
from vigie.inventory.importing.reading import Bad, Row, Source
from vigie.people.access import OPERATOR, Viewer

__all__ = ["Bad", "Outcome", "Result", "Row", "Source", "Summary", "load_customers", "load_services"]

AT_ONCE = 1000  # rows in one transaction: some 30 ms, so that a server beside the import keeps writing
_TRIES = 3

Given = TypeVar("Given")
Taken_contra = TypeVar("Taken_contra", contravariant=True)


class _Put(Protocol[Taken_contra]):
    def __call__(self, given: Sequence[Taken_contra], *, viewer: Viewer) -> list[Outcome]: ...


def load_services(rows: Iterable[Row | Bad], *, tell: Callable[[int, str], None]) -> Summary:
    """Put every service of `rows` in place. `tell(line, reason)` hears of each refused row, and of ignored columns at line 0.

    What was put stays when a later row, or the process, fails; running it again goes on from there and changes nothing else.
    Raises `Unreadable` when a needed column is missing from all of the file.
    """
    return _load(
        rows, columns.SERVICE, "order_number", columns.service, lambda one: one.order_number, services.put, tell
    )


def load_customers(rows: Iterable[Row | Bad], *, tell: Callable[[int, str], None]) -> Summary:
    """Put every customer of `rows` in place, with its owner's login; otherwise as `load_services`."""
    return _load(rows, columns.CUSTOMER, "reference", columns.customer, lambda one: one.reference, customers.put, tell)


def _load(
    rows: Iterable[Row | Bad],
    names: Mapping[str, tuple[str, ...]],
    needed: str,
    read: Callable[[Mapping[str, Any]], Given],
    identity: Callable[[Given], str],
    put: _Put[Given],
    tell: Callable[[int, str], None],
) -> Summary:
    summary = Summary()
    seen: set[str] = set()

    def refuse(line: int, reason: str) -> None:
        summary.count(Result.REFUSED)
        tell(line, reason)

    def read_rows() -> Iterator[tuple[int, Given]]:
        heading = _Heading(names, needed, tell)
        for row in rows:
            if isinstance(row, Bad):
                refuse(row.line, row.reason)
                continue
            try:
                one = read(heading.rename(row.fields))
            except RowRefused as error:
                refuse(row.line, str(error))
                continue
            if (key := identity(one)) in seen:
                refuse(row.line, _("%(key)s stands more than once in this file; the first one counts.") % {"key": key})
                continue
            seen.add(key)
            yield row.line, one

    for batch in _batches(read_rows()):
        for (line, _one), outcome in zip(batch, _put_again(put, [one for _line, one in batch]), strict=True):
            if outcome.result is Result.REFUSED:
                refuse(line, outcome.reason)
            else:
                summary.count(outcome.result)
    return summary


def _put_again(put: _Put[Given], given: list[Given]) -> list[Outcome]:
    """Somebody else may add the same row between our look and our write (PostgreSQL): look again, then it is there."""
    for _attempt in range(_TRIES - 1):
        try:
            return put(given, viewer=OPERATOR)
        except IntegrityError:
            continue
    return put(given, viewer=OPERATOR)


def _batches(rows: Iterable[tuple[int, Given]]) -> Iterator[list[tuple[int, Given]]]:
    batch: list[tuple[int, Given]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


class _Heading:
    """From the file's names to the columns', worked out once for each name met."""

    def __init__(self, names: Mapping[str, tuple[str, ...]], needed: str, tell: Callable[[int, str], None]) -> None:
        self.names, self.needed, self.tell = names, needed, tell
        self.met: dict[str, str | None] = {}
        self.last: set[str] = set()
        self.pairs: list[tuple[str, str]] = []

    def rename(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        if self.last != fields.keys():
            self._meet(fields)
        return {column: fields[name] for name, column in self.pairs}

    def _meet(self, fields: Mapping[str, Any]) -> None:
        """Rows of a CSV all have the same names; objects of JSON may not."""
        for name in fields:
            if name not in self.met:
                self.met[name] = columns.known(self.names, name)
                if self.met[name] is None and name:
                    self.tell(0, _("The column “%(name)s” is not known and is ignored.") % {"name": name[:80]})
        self.pairs = [(name, column) for name in fields if (column := self.met[name]) is not None]
        if not self.last and self.needed not in {column for _name, column in self.pairs}:
            known = ", ".join(self.names)
            raise Unreadable(
                _("The column “%(name)s” is missing. Known columns: %(known)s.") % {"name": self.needed, "known": known}
            )
        self.last = set(fields)
