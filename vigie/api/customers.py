"""Customers and their contacts, by the provider's own reference."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Status

from vigie.api import paging, problems
from vigie.api.gate import Bearer, caller_of
from vigie.api.paging import Cursor, Limit, Page, page
from vigie.api.problems import Problem
from vigie.api.shapes import (
    ContactOut,
    CustomerIn,
    CustomerOut,
    InvitationIn,
    InvitationOut,
    Key,
    Number,
    RoleIn,
    given,
)
from vigie.people import contacts, customers, inviting
from vigie.people.access import Viewer
from vigie.people.models import Contact, Customer

router = Router(tags=["customers"])
READ, WRITE = Bearer("customers:read"), Bearer("customers:write")


def find(viewer: Viewer, reference: str) -> Customer:
    """Raises `Problem` 404 for a customer the viewer may not see, as for one that is not."""
    found = Customer.objects.visible_to(viewer).filter(reference=reference).first()
    if found is None:
        raise problems.missing()
    return found


def shape(customer: Customer) -> CustomerOut:
    return CustomerOut.model_validate(customer, from_attributes=True)


@router.get("/customers", response=Page[CustomerOut], auth=READ)
def list_customers(request: HttpRequest, response: HttpResponse, cursor: Cursor = "", limit: Limit = 50) -> dict[str, Any]:
    """Every customer the caller may see, oldest first."""
    rows = Customer.objects.visible_to(caller_of(request).viewer).order_by("id")
    if after := paging.key_of(cursor):
        rows = rows.filter(id__gt=after)
    return page(request, response, list(rows[: limit + 1]), limit, shape, lambda row: row.id)


@router.get("/customers/{reference}", response=CustomerOut, auth=READ)
def get_customer(request: HttpRequest, reference: Key) -> CustomerOut:
    return shape(find(caller_of(request).viewer, reference))


@router.put("/customers/{reference}", response={200: CustomerOut, 201: CustomerOut}, auth=WRITE)
def put_customer(request: HttpRequest, reference: Key, sent: CustomerIn) -> Status[CustomerOut]:
    """Create or change; a field not sent stays as it is. A new one needs `name` and `registered_address`."""
    fields = given(sent)
    for name, value in fields.items():
        if value is None and name != "since":
            raise Problem(422, "invalid", errors=[{"field": f"body.{name}", "detail": _("This value cannot be empty.")}])
    customer, outcome = customers.upsert(viewer=caller_of(request).viewer, reference=reference, **fields)
    return Status(201 if outcome == customers.Outcome.CREATED else 200, shape(customer))


@router.get("/customers/{reference}/contacts", response=list[ContactOut], auth=READ)
def list_contacts(request: HttpRequest, reference: Key) -> list[dict[str, Any]]:
    """All of them, oldest first; a customer has few. For staff and the customer's owners."""
    viewer = caller_of(request).viewer
    return [_contact(one) for one in _contacts(viewer, reference).order_by("id")]


@router.post("/customers/{reference}/contacts", response={202: InvitationOut}, auth=WRITE)
def invite_contact(request: HttpRequest, reference: Key, sent: InvitationIn) -> Status[InvitationOut]:
    """Invite somebody by mail; they become a contact when they accept."""
    viewer = caller_of(request).viewer
    customer = find(viewer, reference)
    made = inviting.invite_contact(viewer=viewer, customer=customer, email=sent.email, role=sent.role, name=sent.name)
    return Status(202, InvitationOut.model_validate(made, from_attributes=True))


@router.patch("/customers/{reference}/contacts/{contact_id}", response=ContactOut, auth=WRITE)
def change_contact(request: HttpRequest, reference: Key, contact_id: Number, sent: RoleIn) -> dict[str, Any]:
    viewer = caller_of(request).viewer
    return _contact(contacts.change_role(viewer=viewer, contact=_one(viewer, reference, contact_id), role=sent.role))


@router.delete("/customers/{reference}/contacts/{contact_id}", response={204: None}, auth=WRITE)
def remove_contact(request: HttpRequest, reference: Key, contact_id: Number) -> Status[None]:
    viewer = caller_of(request).viewer
    contacts.remove(viewer=viewer, contact=_one(viewer, reference, contact_id))
    return Status(204, None)


def _contacts(viewer: Viewer, reference: str) -> Any:
    customer = find(viewer, reference)
    if not (viewer.is_staff or viewer.owns(customer.pk)):
        raise problems.missing()
    return Contact.objects.filter(customer=customer).select_related("user", "customer")


def _one(viewer: Viewer, reference: str, contact_id: int) -> Contact:
    found: Contact | None = _contacts(viewer, reference).filter(pk=contact_id).first()
    if found is None:
        raise problems.missing()
    return found


def _contact(contact: Contact) -> dict[str, Any]:
    user = contact.user
    return {"id": contact.pk, "role": contact.role, "name": user.name, "email": user.email, "created_at": contact.created_at}
