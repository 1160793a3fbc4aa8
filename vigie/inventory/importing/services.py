"""Services put in place by order number: added, changed where they differ, left alone otherwise. Hand SQL, for a million."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from vigie.inventory.errors import NotAllowedError
from vigie.inventory.importing import sql
from vigie.inventory.importing.columns import GivenService
from vigie.inventory.importing.outcome import Outcome, Result
from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import clock
from vigie.people.access import Viewer

COLUMNS = ("customer_id", "name", "product", "site", "room", "rack", "node", "state")
_TEXTS = COLUMNS[1:]
_NEW = {"product": "", "site": "", "room": "", "rack": "", "node": "", "state": "active"}
_TOLD_APART = 50  # more changes at once than this stand in the journal as one line


@dataclass(slots=True)
class _Stored:
    id: int
    row: tuple[Any, ...]
    prefixes: dict[str, int]


def put(given: Sequence[GivenService], *, viewer: Viewer) -> list[Outcome]:
    """Bring these services to what is given, in one transaction; one outcome for each, in the same order.

    Durable when it returns; doing it again changes and writes nothing. The same order number twice in `given`: the second
    is refused. At most 1,000 at once, so that other writers need not wait. For staff; raises `NotAllowedError`.
    """
    if not viewer.is_staff:
        raise NotAllowedError
    now = clock.now()
    with transaction.atomic():
        return _Batch(given, now, viewer.actor_id).put()


class _Batch:
    def __init__(self, given: Sequence[GivenService], now: datetime, actor_id: int | None) -> None:
        self.given = given
        self.now = now
        self.stamp = sql.stamp(now)
        self.actor_id = actor_id
        names = {one.customer for one in given if one.customer}
        self.customers: dict[str, int] = sql.pairs(
            "SELECT reference, id FROM people_customer WHERE reference IN ", [name for name in names if "@" not in name]
        )
        addresses = {name.lower(): name for name in names if "@" in name}
        for address, customer in sql.pairs(
            "SELECT registered_address, id FROM people_customer WHERE registered_address IN ", list(addresses)
        ).items():
            self.customers[addresses[address]] = customer
        self.stored = self._stored([one.order_number for one in given])

    def _stored(self, numbers: list[str]) -> dict[str, _Stored]:
        lock = " FOR UPDATE" if connection.vendor == "postgresql" else ""
        found = {
            row[1]: _Stored(row[0], row[2:], {})
            for row in sql.rows(
                f"SELECT id, order_number, {', '.join(COLUMNS)} FROM inventory_service WHERE order_number IN ",
                numbers,
                lock,
            )
        }
        by_id = {stored.id: stored for stored in found.values()}
        for service, prefix, address in sql.rows(
            "SELECT service_id, prefix, id FROM inventory_address WHERE service_id IN ", list(by_id)
        ):
            by_id[service].prefixes[prefix] = address
        return found

    def put(self) -> list[Outcome]:
        outcomes: list[Outcome | None] = []
        added: dict[str, tuple[Any, ...]] = {}
        changed: list[tuple[Any, ...]] = []
        lines: list[tuple[str, int, int, str, list[str]]] = []
        gone: list[tuple[int]] = []
        came: list[tuple[int, str, str, str]] = []
        seen: set[str] = set()
        for one in self.given:
            stored = self.stored.get(one.order_number)
            reason = self._reason(one, stored, seen)
            seen.add(one.order_number)
            if reason:
                outcomes.append(Outcome(Result.REFUSED, reason=reason))
            elif stored is None:
                values = {**_NEW, **one.values}
                added[one.order_number] = (self.customers[one.customer or ""], *(values[name] for name in _TEXTS))
                outcomes.append(None)
            else:
                row = self._row(one, stored)
                fields = [name for name, old, new in zip(COLUMNS, stored.row, row, strict=True) if old != new]
                if fields:
                    changed.append((*row, self.stamp, stored.id))
                if one.ranges is not None and one.ranges.keys() != stored.prefixes.keys():
                    fields.append("addresses")
                    gone += [(address,) for prefix, address in stored.prefixes.items() if prefix not in one.ranges]
                    came += [
                        (stored.id, found.prefix, found.first, found.last)
                        for found in one.ranges.values()
                        if found.prefix not in stored.prefixes
                    ]
                if fields:
                    lines.append(("service.changed", row[0], stored.id, one.order_number, fields))
                outcomes.append(Outcome(Result.CHANGED if fields else Result.UNCHANGED, stored.id))
        ids = self._add(added)
        for place, one in enumerate(self.given):
            if outcomes[place] is None:
                service = ids[one.order_number]
                outcomes[place] = Outcome(Result.ADDED, service)
                came += [(service, found.prefix, found.first, found.last) for found in (one.ranges or {}).values()]
                lines.append(("service.added", added[one.order_number][0], service, one.order_number, []))
        sets = ", ".join(f"{name} = %s" for name in COLUMNS)
        sql.many(f"UPDATE inventory_service SET {sets}, updated_at = %s WHERE id = %s", changed)
        sql.many("DELETE FROM inventory_address WHERE id = %s", gone)
        sql.many("INSERT INTO inventory_address (service_id, prefix, first, last) VALUES (%s, %s, %s, %s)", came)
        self._record(lines)
        return [outcome for outcome in outcomes if outcome is not None]

    def _reason(self, one: GivenService, stored: _Stored | None, seen: set[str]) -> str:
        """Why this row cannot be taken; empty when it can."""
        if one.order_number in seen:
            return _("Order number %(number)s stands more than once in this file; the first one counts.") % {
                "number": one.order_number
            }
        if one.customer and one.customer not in self.customers:
            return _("There is no customer “%(customer)s”. Import the customers first.") % {"customer": one.customer}
        if stored is None and not one.customer:
            return _("The customer is missing.")
        if stored is None and not one.values.get("name"):
            return _("The name is missing.")
        return ""

    def _row(self, one: GivenService, stored: _Stored) -> tuple[Any, ...]:
        customer = self.customers[one.customer] if one.customer else stored.row[0]
        values = one.values
        return (customer, *(values.get(name, old) for name, old in zip(_TEXTS, stored.row[1:], strict=True)))

    def _add(self, added: dict[str, tuple[Any, ...]]) -> dict[str, int]:
        names = ", ".join(("order_number", *COLUMNS, "created_at", "updated_at"))
        marks = ", ".join(["%s"] * (len(COLUMNS) + 3))
        sql.many(
            f"INSERT INTO inventory_service ({names}) VALUES ({marks})",
            [(number, *row, self.stamp, self.stamp) for number, row in added.items()],
        )
        return sql.pairs("SELECT order_number, id FROM inventory_service WHERE order_number IN ", list(added))

    def _record(self, lines: list[tuple[str, int, int, str, list[str]]]) -> None:
        if len(lines) > _TOLD_APART:
            kinds = [kind for kind, *_rest in lines]
            counts = {"added": kinds.count("service.added"), "changed": kinds.count("service.changed")}
            record("service.imported", at=self.now, audience=Audience.STAFF, actor_id=self.actor_id, data=counts)
            return
        for kind, customer, service, number, fields in lines:
            data = {"service": service, "order_number": number, "fields": fields}
            record(
                kind, at=self.now, audience=Audience.CUSTOMER, actor_id=self.actor_id, customer_id=customer, data=data
            )
