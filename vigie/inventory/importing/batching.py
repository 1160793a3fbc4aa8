"""Rows read, checked and gathered into what is written together. Touches no database, so it may run ahead of the writing."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from vigie.inventory.errors import RowRefused, Unreadable
from vigie.inventory.importing import columns
from vigie.inventory.importing.columns import GivenCustomer, GivenService
from vigie.inventory.importing.reading import Bad, Row

AT_ONCE = 1000  # rows in one transaction: some 30 ms, so that a server beside the import keeps writing

Given = GivenService | GivenCustomer


@dataclass(slots=True)
class Batch:
    """`rows` with their lines, `refused` lines with their reasons, and `notices` about the file as a whole."""

    rows: list[tuple[int, Given]] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    read: int = 0
    """Rows of the file that went by so far."""
    done: int = 0
    """Bytes of the file that went by so far."""


@dataclass(frozen=True, slots=True)
class Columns:
    """How rows of one kind are read: the names of its columns, the one that identifies a row, and what checks it."""

    names: Mapping[str, tuple[str, ...]]
    needed: str
    read: Callable[[Mapping[str, Any]], Given]


SERVICES = Columns(columns.SERVICE, "order_number", columns.service)
CUSTOMERS = Columns(columns.CUSTOMER, "reference", columns.customer)


def batches(rows: Iterable[Row | Bad], kind: Columns, done: Callable[[], int] = int) -> Iterator[Batch]:
    """At most `AT_ONCE` rows each. Raises `Unreadable` when the identifying column is missing from the first row."""
    seen: set[str] = set()
    batch = Batch()
    heading = _Heading(kind)
    count = 0
    for count, row in enumerate(rows, 1):
        if isinstance(row, Bad):
            batch.refused.append((row.line, row.reason))
            continue
        try:
            one = kind.read(heading.rename(row.fields, batch.notices))
        except RowRefused as error:
            batch.refused.append((row.line, str(error)))
            continue
        if one.key in seen:
            reason = _("%(key)s stands more than once in this file; the first one counts.") % {"key": one.key}
            batch.refused.append((row.line, reason))
            continue
        seen.add(one.key)
        batch.rows.append((row.line, one))
        if len(batch.rows) == AT_ONCE:
            batch.read, batch.done = count, done()
            yield batch
            batch = Batch()
    batch.read, batch.done = count, done()
    yield batch


class _Heading:
    """From the file's names to the columns', worked out once for each name met."""

    def __init__(self, kind: Columns) -> None:
        self.kind = kind
        self.met: dict[str, str | None] = {}
        self.last: set[str] = set()
        self.pairs: list[tuple[str, str]] = []

    def rename(self, fields: Mapping[str, Any], notices: list[str]) -> dict[str, Any]:
        if self.last != fields.keys():
            self._meet(fields, notices)
        return {column: fields[name] for name, column in self.pairs}

    def _meet(self, fields: Mapping[str, Any], notices: list[str]) -> None:
        """Rows of a CSV all have the same names; objects of JSON may not."""
        for name in fields:
            if name not in self.met:
                self.met[name] = columns.known(self.kind.names, name)
                if self.met[name] is None and name:
                    notices.append(_("The column “%(name)s” is not known and is ignored.") % {"name": name[:80]})
        self.pairs = [(name, column) for name in fields if (column := self.met[name]) is not None]
        if not self.last and self.kind.needed not in {column for _name, column in self.pairs}:
            known = ", ".join(self.kind.names)
            raise Unreadable(
                _("The column “%(name)s” is missing. Known columns: %(known)s.")
                % {"name": self.kind.needed, "known": known}
            )
        self.last = set(fields)
