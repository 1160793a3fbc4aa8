"""The demonstration's customers, made as a provider would: imported, their people added."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from vigie.inventory import importing
from vigie.inventory.importing import Row
from vigie.inventory.models import Service
from vigie.people import addresses, contacts, customers
from vigie.people.access import Viewer, viewer_of
from vigie.people.models import Customer, User

from .accounts import ACCOUNTS, Account

FIRST_ORDER = 120_457


@dataclass(frozen=True)
class Client:
    """A customer as the stories know it."""

    customer: Customer
    owner: Viewer
    services: tuple[Service, ...]

    @property
    def first(self) -> str:
        """The owner's first name."""
        return self.owner.user.name.split()[0] if self.owner.user else ""


def welcome(admin: Viewer, password: str) -> dict[str, Client]:
    """Every account with owner, contacts and services; by registered address."""
    for n, account in enumerate(ACCOUNTS):
        customers.create(
            viewer=admin, reference=f"C{10_021 + 37 * n}", name=account.name, registered_address=account.address,
            language=account.language, timezone=account.zone, plan=account.plan, since=account.since,
        )  # fmt: skip
    found = {one.registered_address: one for one in Customer.objects.all()}
    importing.load_services(_rows(found), tell=_impossible)
    secret = make_password(password)
    for account in ACCOUNTS:
        owner = User.objects.get(email=account.address)
        owner.name = account.owner
        owner.password = secret if account.address.endswith("@demo.example") else owner.password
        owner.save(update_fields=["name", "password"])
        addresses.prove(owner)
        for name, address, role in account.people:
            person = User.objects.create_user(
                email=address, name=name, language=account.language, timezone=account.zone
            )
            addresses.prove(person)
            contacts.add(viewer=admin, customer=found[account.address], user=person, role=role)
    return {account.address: _client(account, found[account.address]) for account in ACCOUNTS}


def _client(account: Account, customer: Customer) -> Client:
    held = {one.name: _of(one, customer) for one in Service.objects.filter(customer=customer)}
    owner = viewer_of(User.objects.get(email=account.address))
    return Client(customer, owner, tuple(held[one.name] for one in account.services))


def _of(service: Service, customer: Customer) -> Service:
    """The same instance everywhere saves a query per ticket."""
    service.customer = customer
    return service


def _rows(found: dict[str, Customer]) -> Iterator[Row]:
    order = FIRST_ORDER
    for account in ACCOUNTS:
        for one in account.services:
            order += 211
            yield importing.row(order, {
                "order_number": str(order), "customer": found[account.address].reference, "name": one.name,
                "product": one.product, "site": one.site, "room": f"{one.rack[0]}-1", "rack": one.rack, "node": one.node,
                "state": one.state, "addresses": one.addresses,
            })  # fmt: skip


def _impossible(line: int, reason: str) -> None:
    """The demonstration's own data must be right: a refused row is a defect, not something to skip."""
    msg = f"demonstration service {line}: {reason}"
    raise ValueError(msg)
