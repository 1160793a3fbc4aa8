"""Small inventories for the tests of this room."""

from itertools import count

from vigie.inventory.models import Address, Service
from vigie.inventory.parsing import range_of
from vigie.people.access import Viewer, viewer_of
from vigie.people.models import Contact, ContactRole, Customer, Role, User

_number = count(1)


def customer(name: str = "Acme") -> Customer:
    n = next(_number)
    return Customer.objects.create(name=name, reference=f"INV-{n}", registered_address=f"inv-{n}@example.com")


def service(of: Customer, name: str = "vps-1", order: str = "", addresses: tuple[str, ...] = ()) -> Service:
    made = Service.objects.create(customer=of, name=name, order_number=order or str(700_000 + next(_number)))
    for text in addresses:
        found = range_of(text)
        Address.objects.create(service=made, prefix=found.prefix, first=found.first, last=found.last)
    return made


def contact(of: Customer, role: str = ContactRole.OWNER) -> Viewer:
    user = User.objects.create_user(email=f"contact-{next(_number)}@example.com", name="Camille Roux")
    Contact.objects.create(customer=of, user=user, role=role)
    return viewer_of(user)


def agent() -> Viewer:
    return viewer_of(
        User.objects.create_user(email=f"agent-{next(_number)}@example.com", name="Lina Haddad", role=Role.AGENT)
    )
