"""Small readable worlds. Each function makes one thing, believable by default; what a test is about is said as an argument.

Things with a verb are made by the verb, so that their journal lines, clocks and counts exist as in life. The defaults of the
migrations (provider, departments, teams, promises) are there already: see `provider()`, `technical()`, `financial()`, `team()`.
"""

import uuid
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, Any

from vigie.conversations.models import Author, Channel, Conversation, Message, Trust
from vigie.inventory.models import Address, Service
from vigie.kernel import clock
from vigie.people.access import Viewer, viewer_of
from vigie.people.models import (
    Calendar,
    Contact,
    ContactRole,
    Customer,
    Department,
    Provider,
    Role,
    Team,
    TeamMember,
    User,
    WorkingHours,
)
from vigie.promises.models import Priority

if TYPE_CHECKING:
    from vigie.tickets.models import Ticket

PASSWORD = "vigie-demo-tests"
_number = count(1)


def provider(**fields: Any) -> Provider:
    """The provider's one row, changed as asked."""
    found = Provider.objects.get(id=1)
    for name, value in {"name": "INTROSERV", "support_address": "support@introserv.com", **fields}.items():
        setattr(found, name, value)
    found.save()
    return found


def technical() -> Department:
    return Department.objects.get(code="technical")


def financial() -> Department:
    return Department.objects.get(code="financial")


def department(code: str = "abuse", name: str = "Abus", **fields: Any) -> Department:
    """One more department than every installation has."""
    return Department.objects.create(code=code, name_fr=name, name_en=fields.pop("name_en", name), **fields)


def customer(name: str = "", **fields: Any) -> Customer:
    """An account without contacts; `contact()` adds one."""
    n = next(_number)
    return Customer.objects.create(
        name=name or f"Ateliers Lenoir {n}",
        reference=fields.pop("reference", f"C{n:05}"),
        registered_address=fields.pop("registered_address", f"compte{n}@client.example"),
        **fields,
    )


def user(role: str = Role.CONTACT, name: str = "", **fields: Any) -> User:
    """Somebody who can sign in, with `PASSWORD` and an address already confirmed."""
    from allauth.account.models import EmailAddress

    n = next(_number)
    made = User.objects.create_user(
        email=fields.pop("email", f"{role}{n}@person.example"),
        password=fields.pop("password", PASSWORD),
        name=name or f"Camille Martin {n}",
        role=role,
        **fields,
    )
    EmailAddress.objects.update_or_create(user=made, email=made.email, defaults={"verified": True, "primary": True})
    return made


def contact(of: Customer | None = None, role: str = ContactRole.OWNER, **fields: Any) -> User:
    """The user of a new contact; of a new customer unless one is given."""
    made = user(**fields)
    Contact.objects.create(customer=of or customer(), user=made, role=role)
    return made


def agent(*teams: Team, **fields: Any) -> User:
    return _staff(Role.AGENT, teams, fields)


def lead(*teams: Team, **fields: Any) -> User:
    return _staff(Role.LEAD, teams, fields)


def admin(*teams: Team, **fields: Any) -> User:
    return _staff(Role.ADMIN, teams, fields)


def _staff(role: Role, teams: tuple[Team, ...], fields: dict[str, Any]) -> User:
    on_call = fields.pop("on_call", False)
    made = user(role, **fields)
    for one in teams:
        TeamMember.objects.create(team=one, user=made, on_call=on_call)
    return made


def seen_by(someone: User) -> Viewer:
    """The viewer a door would make for this user."""
    return viewer_of(someone)


def calendar(name: str = "", hours: tuple[str, str] | None = ("09:00", "18:00"), zone: str = "Europe/Paris") -> Calendar:
    """Monday to Friday; `hours=None` is 24/7."""
    made = Calendar.objects.create(name=name or f"Horaires {next(_number)}", timezone=zone, always=hours is None)
    for weekday in range(5) if hours else ():
        WorkingHours.objects.create(calendar=made, weekday=weekday, start=hours[0], end=hours[1])  # type: ignore[index]
    made.refresh_from_db()
    return made


def team(code: str = "support") -> Team:
    """One of the four teams of every installation: support (L1), billing and datacentre (L2), sysadmin (L3)."""
    return Team.objects.get(code=code)


def service(of: Customer | None = None, *prefixes: str, **fields: Any) -> Service:
    """A rented service with the prefixes given, from the documentation ranges if none is."""
    from vigie.inventory.parsing import range_of

    n = next(_number)
    made = Service.objects.create(
        customer=of or customer(),
        name=fields.pop("name", f"vps-paris-{n:02}"),
        order_number=fields.pop("order_number", str(100_000 + n)),
        product=fields.pop("product", "VPS NVMe 4"),
        site=fields.pop("site", "Paris PA2"),
        **fields,
    )
    for prefix in prefixes or (f"203.0.113.{n % 254 + 1}",):
        found = range_of(prefix)
        Address.objects.create(service=made, prefix=found.prefix, first=found.first, last=found.last)
    return made


def conversation(of: Customer | None = None, at: datetime | None = None, **fields: Any) -> Conversation:
    """A bare conversation without messages, ticket or clocks, for the rooms below `tickets`."""
    now = at or clock.now()
    return Conversation.objects.create(
        channel=fields.pop("channel", Channel.TICKET),
        customer=of or customer(),
        subject=fields.pop("subject", "Le serveur ne répond plus"),
        trust=fields.pop("trust", Trust.VERIFIED),
        created_at=now,
        updated_at=now,
        **fields,
    )


def message(to: Conversation, body: str = "Bonjour", author: str = Author.CUSTOMER, **fields: Any) -> Message:
    """Posted by the verb, with its journal line."""
    from django.db import transaction

    from vigie.conversations.posting import post

    with transaction.atomic():
        return post(
            conversation=to,
            author=author,
            channel=fields.pop("channel", to.channel),
            body=body,
            at=fields.pop("at", clock.now()),
            trust=fields.pop("trust", Trust.VERIFIED),
            **fields,
        )


def ticket(
    by: User | None = None, of: Customer | None = None, *, priority: str = Priority.REGULAR, **fields: Any
) -> "Ticket":
    """Opened by a contact of `of` through the verb; High comes with a service of theirs that broke ten minutes ago."""
    from datetime import timedelta

    from vigie.tickets.critical import Critical
    from vigie.tickets.opening import open_ticket

    whose = of or (by.contacts.get().customer if by and by.contacts.exists() else customer())
    who = by or contact(whose)
    critical = fields.pop("critical", None)
    if priority == Priority.HIGH and critical is None:
        critical = Critical(
            service=whose.services.first() or service(whose),
            began_at=clock.now() - timedelta(minutes=10),
            began_zone="Europe/Paris",
            diagnostics="ping: 100 % packet loss",
        )
    return open_ticket(
        viewer=viewer_of(who),
        customer=whose,
        department=fields.pop("department", None) or technical(),
        priority=priority,
        subject=fields.pop("subject", "Le serveur ne répond plus"),
        body=fields.pop("body", "Bonjour, mon serveur ne répond plus au ping depuis ce matin."),
        critical=critical,
        attachment_ids=fields.pop("attachment_ids", ()),
        client_key=fields.pop("client_key", None) or uuid.uuid4(),
        **fields,
    )


def reply(to: "Ticket", by: User, body: str = "Nous regardons cela tout de suite.", **fields: Any) -> Message:
    """An answer by staff or customer, through the verb."""
    from vigie.tickets.replying import reply as reply_

    return reply_(
        viewer=viewer_of(by), ticket=to, body=body, client_key=fields.pop("client_key", None) or uuid.uuid4(), **fields
    )
