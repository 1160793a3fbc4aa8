"""Customers: created, changed and deactivated by staff, the API and the import, one by one."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import clock
from vigie.kernel.plain_line import plain_line

from . import checking, customer_login
from .access import Viewer
from .errors import AddressTaken, Invalid, NotAllowed, OwnersOwn, ReferenceTaken
from .models import Customer


class Fields(TypedDict, total=False):
    """What may be said about a customer besides the reference; what is absent stays as it is."""

    name: str
    registered_address: str
    language: str
    timezone: str
    plan: str
    since: date | None
    is_active: bool


class Outcome(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


def create(*, viewer: Viewer, reference: str, **fields: Unpack[Fields]) -> Customer:
    """Create a customer and its owner, who signs in with the registered address (and first sets a password by mail).

    Needs `name` and `registered_address`. Raises `NotAllowed`, `Invalid`, `ReferenceTaken`, `AddressTaken`.
    """
    _guard(viewer)
    reference = cleaned_reference(reference)
    values = cleaned(fields)
    for needed in ("name", "registered_address"):
        if needed not in values:
            raise Invalid(_("This is needed for a new customer."), field=needed)
    if Customer.objects.filter(reference=reference).exists():
        raise ReferenceTaken(field="reference")
    _free(values["registered_address"], but=None)
    with transaction.atomic():
        customer = Customer.objects.create(reference=reference, **values)
        customer_login.give(customer)
        _journal("customer.created", viewer, customer, clock.now(), {"reference": reference})
    return customer


def change(*, viewer: Viewer, customer: Customer, **fields: Unpack[Fields]) -> Outcome:
    """Change what is given. A new registered address is a new sign-in for the owner who used the old one.

    Writes and journals nothing when nothing differs. Raises `NotAllowed`, `Invalid`, `AddressTaken`, and `OwnersOwn` for
    agents: a moved sign-in is a new owner.
    """
    _guard(viewer)
    values = cleaned(fields)
    changed = [name for name, value in values.items() if getattr(customer, name) != value]
    if not changed:
        return Outcome.UNCHANGED
    old = customer.registered_address
    if "registered_address" in changed:
        if not viewer.is_lead:
            raise OwnersOwn(field="registered_address")
        _free(values["registered_address"], but=customer)
    with transaction.atomic():
        for name in changed:
            setattr(customer, name, values[name])
        customer.save(update_fields=[*changed, "updated_at"])
        if "registered_address" in changed:
            customer_login.follow(customer, old=old)
        _journal("customer.changed", viewer, customer, clock.now(), {"fields": changed})
        if "registered_address" in changed:
            _moved(viewer, customer, old)
    return Outcome.CHANGED


def deactivate(*, viewer: Viewer, customer: Customer) -> Outcome:
    """Close the client area for this customer's contacts at once; nothing is deleted. Idempotent."""
    return change(viewer=viewer, customer=customer, is_active=False)


def upsert(*, viewer: Viewer, reference: str, **fields: Unpack[Fields]) -> tuple[Customer, Outcome]:
    """Create the customer with this reference, or change it. Running it again changes nothing."""
    found = Customer.objects.filter(reference=cleaned_reference(reference)).first()
    if found is None:
        return create(viewer=viewer, reference=reference, **fields), Outcome.CREATED
    return found, change(viewer=viewer, customer=found, **fields)


def cleaned_reference(reference: str) -> str:
    """Raises `Invalid` when empty or above 64 characters."""
    return checking.name(reference, field="reference", length=64)


def cleaned(fields: Fields) -> dict[str, Any]:
    """The given fields in the form in which they are kept. Raises `Invalid` naming the field."""
    values: dict[str, Any] = {}
    if "name" in fields:
        values["name"] = checking.name(fields["name"], length=200)
    if "registered_address" in fields:
        values["registered_address"] = checking.address(fields["registered_address"], field="registered_address")
    if "language" in fields:
        values["language"] = checking.language(fields["language"])
    if "timezone" in fields:
        values["timezone"] = checking.timezone(fields["timezone"])
    if "plan" in fields:
        values["plan"] = plain_line(fields["plan"])
        if len(values["plan"]) > 80:
            raise Invalid(_("At most %(limit)d characters.") % {"limit": 80}, field="plan")
    if "since" in fields:
        values["since"] = fields["since"]
    if "is_active" in fields:
        values["is_active"] = fields["is_active"]
    return values


def _moved(viewer: Viewer, customer: Customer, old: str) -> None:
    """For staff's eyes, and for the mail that tells the old address: who moves a sign-in away from somebody is seen."""
    data = {"from": old, "to": customer.registered_address}
    record(
        "customer.address_changed", at=clock.now(), audience=Audience.STAFF, actor_id=viewer.actor_id, customer_id=customer.pk, data=data
    )


def _guard(viewer: Viewer) -> None:
    if not viewer.is_staff:
        raise NotAllowed


def _free(address: str, *, but: Customer | None) -> None:
    """The address is nobody else's registered address, and not a member of staff's."""
    others = Customer.objects.filter(registered_address=address)
    if but is not None:
        others = others.exclude(pk=but.pk)
    if others.exists() or customer_login.is_staff_address(address):
        raise AddressTaken(field="registered_address")


def _journal(kind: str, viewer: Viewer, customer: Customer, now: datetime, data: dict[str, Any]) -> None:
    record(kind, at=now, audience=Audience.CUSTOMER, actor_id=viewer.actor_id, customer_id=customer.pk, data=data)
