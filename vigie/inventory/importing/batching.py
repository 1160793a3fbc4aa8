"""Rows read, checked and gathered into what is written together. Touches no database."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext as _

from vigie.inventory.errors import RowRefused, Unreadable
from vigie.inventory.importing import checking, columns
from vigie.inventory.importing.columns import GivenCustomer, GivenService
from vigie.inventory.importing.reading import Bad, Row

Given = GivenService | GivenCustomer


@dataclass(slots=True)
class Batch:
    """`rows` with the `lines` they stand on, `refused` lines with their reasons, and `notices` about the file as a whole."""

    lines: list[int] = field(default_factory=list)
    rows: list[Given] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    read: int = 0
    """Rows of the file that went by so far."""


@dataclass(frozen=True, slots=True)
class Columns:
    """How rows of one kind are read: the names of its columns, the one that identifies a row, and what checks many of them."""

    names: Mapping[str, tuple[str, ...]]
    needed: str
    check: Callable[[tuple[str, ...], Sequence[Sequence[Any]]], Sequence[Given | RowRefused]]


SERVICES = Columns(columns.SERVICE, "order_number", checking.services)
CUSTOMERS = Columns(columns.CUSTOMER, "reference", checking.customers)


def batches(rows: Iterable[Row | Bad], kind: Columns, at_once: Callable[[], int]) -> Iterator[Batch]:
    """The next `at_once()` rows each time. Raises `Unreadable` when the identifying column is missing from the first row."""
    coming = iter(rows)
    seen: set[str] = set()
    heading = _Heading(kind)
    read = 0
    while some := list(islice(coming, at_once())):
        read += len(some)
        batch = Batch(read=read, refused=[(one.line, one.reason) for one in some if isinstance(one, Bad)])
        for names, alike in groupby([one for one in some if isinstance(one, Row)], attrgetter("names")):
            _gather(batch, seen, list(alike), heading.check(names, batch.notices))
        yield batch


def _gather(batch: Batch, seen: set[str], rows: list[Row], check: Callable[[list[Row]], Sequence[Given | RowRefused]]) -> None:
    for row, one in zip(rows, check(rows), strict=True):
        if isinstance(one, RowRefused):
            batch.refused.append((row.line, str(one)))
        elif one.key in seen:
            reason = _("%(key)s stands more than once in this file; the first one counts.") % {"key": one.key}
            batch.refused.append((row.line, reason))
        else:
            seen.add(one.key)
            batch.lines.append(row.line)
            batch.rows.append(one)


class _Heading:
    """From the file's names to the columns'."""

    def __init__(self, kind: Columns) -> None:
        self.kind = kind
        self.met: dict[str, str | None] = {}
        self.is_first = True

    def check(self, names: tuple[str, ...], notices: list[str]) -> Callable[[list[Row]], Sequence[Given | RowRefused]]:
        """What checks rows of these names. Rows of a CSV all have the same; objects of JSON may not."""
        for name in names:
            if name not in self.met:
                self.met[name] = columns.known(self.kind.names, name)
                if self.met[name] is None and name:
                    notices.append(_("The column “%(name)s” is not known and is ignored.") % {"name": name[:80]})
        # of two names for one column the last counts
        places = {column: place for place, name in enumerate(names) if (column := self.met[name]) is not None}
        if self.is_first and self.kind.needed not in places:
            known = ", ".join(self.kind.names)
            raise Unreadable(
                _("The column “%(name)s” is missing. Known columns: %(known)s.")
                % {"name": self.kind.needed, "known": known}
            )
        self.is_first = False
        return lambda rows: self.kind.check(tuple(places), _picked(rows, list(places.values())))


def _picked(rows: list[Row], places: list[int]) -> Sequence[Sequence[Any]]:
    if places == list(range(len(rows[0].names))):
        return [row.values for row in rows]
    return [[row.values[place] for place in places] for row in rows]
