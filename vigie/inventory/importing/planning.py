"""What a batch of services would change: looked up and compared, nothing written."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from vigie.inventory.importing import sql
from vigie.inventory.importing.columns import TEXTS, GivenService
from vigie.inventory.importing.outcome import Outcome, Result

COLUMNS = ("customer_id", *TEXTS)
_NEW = ("", "", "", "", "", "", "active")  # what a new service has where its row says nothing
_ADDED = Outcome(Result.ADDED)


class New(NamedTuple):
    """A service to be added as the outcome at `place`; `row` are its `COLUMNS`."""

    place: int
    one: GivenService
    row: tuple[Any, ...]


class Changed(NamedTuple):
    """A service whose `fields` differ: columns, or `addresses`; then `gone` and `came` are prefixes."""

    id: int
    one: GivenService
    row: tuple[Any, ...]
    fields: list[str]
    gone: list[str]
    came: list[str]


class Plan:
    """`outcomes` in the order of what is given; those of `new` are placeholders until the services have their ids."""

    def __init__(self, given: Sequence[GivenService]) -> None:
        self.outcomes: list[Outcome] = []
        self.new: list[New] = []
        self.changed: list[Changed] = []
        self._customers = _customers({one.customer for one in given if one.customer})
        stored = _stored([one.order_number for one in given])
        seen: set[str] = set()
        for one in given:
            if one.order_number in seen:
                self._refuse(_twice(one.order_number))
                continue
            seen.add(one.order_number)
            held = stored.get(one.order_number)
            if one.customer and one.customer not in self._customers:
                reason = _("There is no customer “%(customer)s”. Import the customers first.")
                self._refuse(reason % {"customer": one.customer})
            elif held is None:
                self._add(one)
            else:
                self._compare(one, held)

    @property
    def writes(self) -> bool:
        return bool(self.new or self.changed)

    def _refuse(self, reason: str) -> None:
        self.outcomes.append(Outcome(Result.REFUSED, reason=reason))

    def _add(self, one: GivenService) -> None:
        if not one.customer:
            self._refuse(_("The customer is missing."))
        elif not one.texts[0]:
            self._refuse(_("The name is missing."))
        else:
            row = (self._customers[one.customer], *_all_texts(one, _NEW))
            self.new.append(New(len(self.outcomes), one, row))
            self.outcomes.append(_ADDED)

    def _compare(self, one: GivenService, held: tuple[Any, ...]) -> None:
        _number, service, *_rest, prefixes = held
        old = held[2:-1]
        customer = self._customers[one.customer] if one.customer else old[0]
        row = (customer, *_all_texts(one, old[1:]))
        fields: list[str] = []
        if row != old:
            fields = [name for name, before, after in zip(COLUMNS, old, row, strict=True) if before != after]
        gone: list[str] = []
        came: list[str] = []
        if one.ranges is not None:
            there = set(prefixes.split()) if prefixes else set()
            if one.ranges.keys() != there:
                fields.append("addresses")
                gone = sorted(there - one.ranges.keys())
                came = [prefix for prefix in one.ranges if prefix not in there]
        if fields:
            self.changed.append(Changed(service, one, row, fields, gone, came))
        self.outcomes.append(Outcome(Result.CHANGED if fields else Result.UNCHANGED, service))


def _twice(number: str) -> str:
    return _("Order number %(number)s stands more than once in this file; the first one counts.") % {"number": number}


def _all_texts(one: GivenService, otherwise: Sequence[Any]) -> Sequence[Any]:
    """The row's texts, and what stands in `otherwise` where it says nothing."""
    if None not in one.texts:
        return one.texts
    return [other if text is None else text for text, other in zip(one.texts, otherwise, strict=True)]


def _customers(names: set[str]) -> dict[str, int]:
    """Customers by what a row calls them: their reference, or their registered address in any case."""
    addresses = [name for name in names if "@" in name]
    references = [name for name in names if "@" not in name] if addresses else list(names)
    found: dict[str, int] = dict(sql.rows("SELECT reference, id FROM people_customer WHERE reference", references))
    select = "SELECT registered_address, id FROM people_customer WHERE registered_address"
    owners = dict(sql.rows(select, list({address.lower() for address in addresses})))
    found.update({address: owners[address.lower()] for address in addresses if address.lower() in owners})
    return found


def _stored(numbers: list[str]) -> dict[str, tuple[Any, ...]]:
    """By order number: order number, id, `COLUMNS`, and the prefixes in one text or None."""
    prefixes = f"SELECT {sql.joined('prefix')} FROM inventory_address a WHERE a.service_id = s.id"
    select = f"SELECT order_number, id, {', '.join(COLUMNS)}, ({prefixes}) FROM inventory_service s WHERE order_number"
    return {row[0]: row for row in sql.rows(select, numbers)}
