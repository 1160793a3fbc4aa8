"""Customers put in place by reference, each with the login of its registered address as owner. Hand SQL, for a million."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils.translation import gettext as _

from vigie.inventory.importing import sql
from vigie.inventory.importing.columns import GivenCustomer
from vigie.inventory.importing.outcome import Outcome, Result
from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import clock
from vigie.people.models import ContactRole, Role

COLUMNS = ("name", "registered_address", "language", "timezone", "plan", "since", "is_active")
_ADDRESS = COLUMNS.index("registered_address")
_NEW: dict[str, Any] = {
    "language": settings.LANGUAGE_CODE,
    "timezone": settings.TIME_ZONE,
    "plan": "",
    "since": None,
    "is_active": True,
}
_TOLD_APART = 50  # more changes at once than this stand in the journal as one line


def put(given: Sequence[GivenCustomer], *, actor_id: int | None) -> list[Outcome]:
    """Bring these customers to what is given, in one transaction; one outcome for each, in the same order.

    A new customer gets an owner who signs in with the registered address (after choosing a password by “forgotten
    password”). A changed registered address takes the ownership from the old login to the new one.
    Durable when it returns; doing it again changes and writes nothing. At most 1,000 at once.
    """
    now = clock.now()
    with transaction.atomic():
        return _Batch(given, now, actor_id).put()


class _Batch:
    def __init__(self, given: Sequence[GivenCustomer], now: datetime, actor_id: int | None) -> None:
        self.given = given
        self.now = now
        self.stamp = sql.stamp(now)
        self.actor_id = actor_id
        lock = " FOR UPDATE" if connection.vendor == "postgresql" else ""
        names = ", ".join(COLUMNS)
        self.stored: dict[str, tuple[int, tuple[Any, ...]]] = {
            row[1]: (row[0], _values(row[2:]))
            for row in sql.rows(
                f"SELECT id, reference, {names} FROM people_customer WHERE reference IN ",
                [one.reference for one in given],
                lock,
            )
        }
        addresses = list({one.values["registered_address"] for one in given if one.values.get("registered_address")})
        self.taken: dict[str, str] = sql.pairs(
            "SELECT registered_address, reference FROM people_customer WHERE registered_address IN ", addresses
        )
        self.users: dict[str, tuple[int, str]] = {
            email: (user, role)
            for user, email, role in sql.rows("SELECT id, email, role FROM people_user WHERE email IN ", addresses)
        }

    def put(self) -> list[Outcome]:
        results: list[tuple[Result, str, str]] = []
        added: dict[str, tuple[Any, ...]] = {}
        changed: list[tuple[Any, ...]] = []
        moved: list[tuple[int, str, tuple[Any, ...]]] = []
        lines: list[tuple[str, str, list[str]]] = []
        for one in self.given:
            stored = self.stored.get(one.reference)
            reason = self._reason(one, stored is None, one.reference in added)
            if reason:
                results.append((Result.REFUSED, one.reference, reason))
                continue
            if stored is None:
                values = {**_NEW, **one.values}
                row = tuple(values[name] for name in COLUMNS)
                added[one.reference] = row
                lines.append(("customer.added", one.reference, []))
                results.append((Result.ADDED, one.reference, ""))
            else:
                customer, before = stored
                row = tuple(one.values.get(name, old) for name, old in zip(COLUMNS, before, strict=True))
                fields = [name for name, old, new in zip(COLUMNS, before, row, strict=True) if old != new]
                if fields:
                    changed.append((*row, self.stamp, customer))
                    lines.append(("customer.changed", one.reference, fields))
                    self.stored[one.reference] = (customer, row)
                if row[_ADDRESS] != before[_ADDRESS]:
                    moved.append((customer, before[_ADDRESS], row))
                results.append((Result.CHANGED if fields else Result.UNCHANGED, one.reference, ""))
            self.taken[row[_ADDRESS]] = one.reference
        names = ", ".join(("reference", *COLUMNS, "created_at", "updated_at"))
        marks = ", ".join(["%s"] * (len(COLUMNS) + 3))
        sets = ", ".join(f"{name} = %s" for name in COLUMNS)
        sql.many(f"UPDATE people_customer SET {sets}, updated_at = %s WHERE id = %s", changed)
        sql.many(
            f"INSERT INTO people_customer ({names}) VALUES ({marks})",
            [(reference, *row, self.stamp, self.stamp) for reference, row in added.items()],
        )
        ids = sql.pairs("SELECT reference, id FROM people_customer WHERE reference IN ", list(added))
        ids.update({reference: customer for reference, (customer, _row) in self.stored.items()})
        self._own(
            [(ids[reference], row) for reference, row in added.items()] + [(one, row) for one, _old, row in moved]
        )
        for customer, address, _row in moved:
            self._disown(customer, address)
        self._record([(kind, ids[reference], fields) for kind, reference, fields in lines])
        return [Outcome(result, ids.get(reference), reason) for result, reference, reason in results]

    def _reason(self, one: GivenCustomer, new: bool, again: bool) -> str:
        """Why this row cannot be taken; empty when it can."""
        address = one.values.get("registered_address")
        if again:
            return _("%(key)s stands more than once in this file; the first one counts.") % {"key": one.reference}
        if new and not one.values.get("name"):
            return _("The name is missing.")
        if new and not address:
            return _("The registered address is missing.")
        if address and self.taken.get(address, one.reference) != one.reference:
            return _("%(address)s is already the registered address of another customer.") % {"address": address}
        if address and self.users.get(address, (0, Role.CONTACT))[1] != Role.CONTACT:
            return _("%(address)s belongs to a member of the staff.") % {"address": address}
        return ""

    def _own(self, customers: list[tuple[int, tuple[Any, ...]]]) -> None:
        """Make the login of each registered address where there is none, and an owner of its customer."""
        wanted = {row[_ADDRESS]: row for _customer, row in customers}
        missing = [address for address in wanted if address not in self.users]
        fields = dict(zip(COLUMNS, range(len(COLUMNS)), strict=True))
        sql.many(
            "INSERT INTO people_user (email, password, name, role, language, timezone, theme, keys, is_active, created_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    address, make_password(None), wanted[address][fields["name"]][:120], str(Role.CONTACT),
                    wanted[address][fields["language"]], wanted[address][fields["timezone"]], "auto", True, True, self.stamp,
                )
                for address in missing
            ],
        )  # fmt: skip
        users = {email: user for email, (user, _role) in self.users.items()}
        users.update(sql.pairs("SELECT email, id FROM people_user WHERE email IN ", missing))
        sql.many(
            'INSERT INTO account_emailaddress (email, verified, "primary", user_id) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING',
            [(address, True, True, users[address]) for address in missing],
        )
        sql.many(
            "INSERT INTO people_contact (customer_id, user_id, role, created_at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (customer_id, user_id) DO UPDATE SET role = excluded.role",
            [(customer, users[row[_ADDRESS]], str(ContactRole.OWNER), self.stamp) for customer, row in customers],
        )

    def _disown(self, customer: int, address: str) -> None:
        """The login of the former registered address acts for this customer no more."""
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM people_contact WHERE customer_id = %s AND user_id IN (SELECT id FROM people_user WHERE email = %s)",
                [customer, address],
            )

    def _record(self, lines: list[tuple[str, int, list[str]]]) -> None:
        if len(lines) > _TOLD_APART:
            kinds = [kind for kind, *_rest in lines]
            counts = {"added": kinds.count("customer.added"), "changed": kinds.count("customer.changed")}
            record("customer.imported", at=self.now, audience=Audience.STAFF, actor_id=self.actor_id, data=counts)
            return
        for kind, customer, fields in lines:
            data = {"customer": customer, "fields": fields}
            record(
                kind, at=self.now, audience=Audience.CUSTOMER, actor_id=self.actor_id, customer_id=customer, data=data
            )


def _values(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """SQLite gives a date as text and a boolean as a number."""
    values = dict(zip(COLUMNS, row, strict=True))
    if isinstance(values["since"], str):
        values["since"] = date.fromisoformat(values["since"])
    values["is_active"] = bool(values["is_active"])
    return tuple(values.values())
