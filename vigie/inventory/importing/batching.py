"""Rows read, checked and gathered into what is written together. Touches no database."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from django.utils.translation import gettext as _

from vigie.inventory.errors import RowRefused, Unreadable
from vigie.inventory.importing import columns
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
    """How rows of one kind are read: the names of its columns, the one that identifies a row, and what checks it."""

    names: Mapping[str, tuple[str, ...]]
    needed: str
    read: Callable[[Mapping[str, Any]], Given]


SERVICES = Columns(columns.SERVICE, "order_number", columns.service)
CUSTOMERS = Columns(columns.CUSTOMER, "reference", columns.customer)


def batches(rows: Iterable[Row | Bad], kind: Columns, at_once: Callable[[], int]) -> Iterator[Batch]:
    """At most `at_once()` rows each, asked once for each batch; the last may be empty.

    Raises `Unreadable` when the identifying column is missing from the first row.
    """
    seen: set[str] = set()
    batch = Batch()
    heading = _Heading(kind)
    most = at_once()
    count = 0
    for count, row in enumerate(rows, 1):
        if isinstance(row, Bad):
            batch.refused.append(row)
            continue
        try:
            one = kind.read(heading.fields(row, batch.notices))
        except RowRefused as error:
            batch.refused.append((row.line, str(error)))
            continue
        if one.key in seen:
            reason = _("%(key)s stands more than once in this file; the first one counts.") % {"key": one.key}
            batch.refused.append((row.line, reason))
            continue
        seen.add(one.key)
        batch.lines.append(row.line)
        batch.rows.append(one)
        if len(batch.rows) >= most:
            batch.read = count
            yield batch
            batch, most = Batch(), at_once()
    batch.read = count
    yield batch


class _Heading:
    """From the file's names to the columns', worked out again only where they differ from the row before."""

    def __init__(self, kind: Columns) -> None:
        self.kind = kind
        self.met: dict[str, str | None] = {}
        self.last: tuple[str, ...] = ()
        self.columns: tuple[str, ...] = ()
        self.pick: Callable[[Any], Any] | None = None

    def fields(self, row: Row, notices: list[str]) -> dict[str, Any]:
        if self.last != row.names or not self.last:
            self._meet(row.names, notices)
        values = self.pick(row.values) if self.pick else row.values
        return dict(zip(self.columns, values, strict=True))

    def _meet(self, names: tuple[str, ...], notices: list[str]) -> None:
        """Rows of a CSV all have the same names; objects of JSON may not."""
        for name in names:
            if name not in self.met:
                self.met[name] = columns.known(self.kind.names, name)
                if self.met[name] is None and name:
                    notices.append(_("The column “%(name)s” is not known and is ignored.") % {"name": name[:80]})
        pairs = [(place, column) for place, name in enumerate(names) if (column := self.met[name]) is not None]
        if not self.last and self.kind.needed not in {column for _place, column in pairs}:
            known = ", ".join(self.kind.names)
            raise Unreadable(
                _("The column “%(name)s” is missing. Known columns: %(known)s.")
                % {"name": self.kind.needed, "known": known}
            )
        self.last = names
        self.columns = tuple(column for _place, column in pairs)
        self.pick = None if len(pairs) == len(names) else _picking([place for place, _column in pairs])


def _picking(places: list[int]) -> Callable[[Any], Any]:
    if len(places) > 1:
        return itemgetter(*places)
    return lambda values: [values[place] for place in places]
