"""Contacts: who acts for a customer, and as what. New ones come by invitation (`inviting`)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import clock

from .access import Viewer
from .errors import AddressTaken, Invalid, LastOwner, NotAllowed, OwnersOwn
from .models import Contact, ContactRole, Customer, User


def add(*, viewer: Viewer, customer: Customer, user: User, role: str) -> Contact:
    """Let a person act for the customer; a person who does already gets the role. Staff and owners may.

    Raises `NotAllowed`, `Invalid`, `AddressTaken` for staff, who never act for customers, `OwnersOwn` and `LastOwner`.
    """
    guard(viewer, customer)
    role = checked_role(role)
    guard_owners(viewer, customer, role=role, address=user.email)
    if user.is_staff:
        raise AddressTaken(_("This address belongs to the support team."), field="email")
    held = Contact.objects.filter(customer=customer, user=user).first()
    if held is not None:
        return change_role(viewer=viewer, contact=held, role=role)
    with transaction.atomic():
        contact = Contact.objects.create(customer=customer, user=user, role=role)
        _journal("customer.contact_added", viewer, contact, {"role": role})
    return contact


def change_role(*, viewer: Viewer, contact: Contact, role: str) -> Contact:
    """Raises `NotAllowed`, `Invalid`, `OwnersOwn`, and `LastOwner` when nobody would own the account any more."""
    guard(viewer, contact.customer)
    role = checked_role(role)
    guard_owners(viewer, contact.customer, role=role, address=contact.user.email)
    if role == contact.role:
        return contact
    with transaction.atomic():
        _an_owner_remains(contact)
        before, contact.role = contact.role, role
        contact.save(update_fields=["role"])
        _journal("customer.contact_changed", viewer, contact, {"from": before, "to": role})
    return contact


def remove(*, viewer: Viewer, contact: Contact) -> None:
    """End acting for the customer at once: the next request sees nothing of it. The person's account stays.

    Raises `NotAllowed` and `LastOwner`.
    """
    guard(viewer, contact.customer)
    with transaction.atomic():
        _an_owner_remains(contact)
        _journal("customer.contact_removed", viewer, contact, {"role": contact.role})
        contact.delete()


def guard(viewer: Viewer, customer: Customer) -> None:
    """Contacts are the business of the account's owners, and of staff."""
    if not (viewer.is_staff or viewer.owns(customer.pk)):
        raise NotAllowed


def guard_owners(viewer: Viewer, customer: Customer, *, role: str, address: str) -> None:
    """Nobody talks an agent into an account: owners are made by owners, team leads and administrators. The registered address
    is the owner's by itself, so any of the staff may ask it in. Raises `OwnersOwn`.
    """
    if role != ContactRole.OWNER or viewer.is_lead or viewer.owns(customer.pk) or address == customer.registered_address:
        return
    raise OwnersOwn(field="role")


def checked_role(role: str) -> str:
    if role not in ContactRole.values:
        raise Invalid(_("Choose owner, technical or billing."), field="role")
    return role


def _an_owner_remains(leaving: Contact) -> None:
    """Inside the transaction; the customer's row is locked, so that two owners cannot remove each other at one instant."""
    if leaving.role != ContactRole.OWNER:
        return
    Customer.objects.select_for_update().get(pk=leaving.customer_id)
    owners = Contact.objects.filter(customer_id=leaving.customer_id, role=ContactRole.OWNER, user__is_active=True)
    if not owners.exclude(pk=leaving.pk).exists():
        raise LastOwner


def _journal(kind: str, viewer: Viewer, contact: Contact, data: dict[str, Any]) -> None:
    record(
        kind,
        at=clock.now(),
        audience=Audience.CUSTOMER,
        actor_id=viewer.actor_id,
        customer_id=contact.customer_id,
        data={"person": contact.user_id, **data},
    )
