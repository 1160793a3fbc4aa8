"""Invitations: a link that works once, for a week, for the address it was sent to."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from tests import worlds
from tests.conftest import Hold
from tests.people.journeys import is_signed_in, link_in, react, sign_in
from vigie.journal.models import Entry
from vigie.mail_out.models import OutgoingMail
from vigie.people import contacts, customers, inviting
from vigie.people.access import viewer_of
from vigie.people.errors import AddressTaken, Invalid, InvitationGone, NotAllowed, OwnersOwn
from vigie.people.models import ContactRole, Customer, Invitation, User

pytestmark = pytest.mark.django_db
NEW = "nouvelle@client.example"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def owner() -> User:
    return worlds.contact()


@pytest.fixture
def customer(owner: User) -> Customer:
    return owner.contacts.get().customer


def invite(owner: User, customer: Customer, email: str = NEW, role: str = ContactRole.BILLING) -> Invitation:
    return inviting.invite_contact(viewer=viewer_of(owner), customer=customer, email=email, role=role)


def test_somebody_new_follows_the_mailed_link_and_is_in(owner: User, customer: Customer, client: Client) -> None:
    invite(owner, customer)
    react()
    mail = OutgoingMail.objects.get()
    assert (mail.recipient, customer.name in mail.subject) == (NEW, True)
    link = link_in(mail)
    assert client.get(link).status_code == 200
    assert client.post(link, {"name": "Nour", "password": "short"}).status_code == 200
    done = client.post(link, {"name": "Nour Benali", "password": "marmotte-des-alpages"})
    assert done.url == "/client/"
    assert is_signed_in(client)
    assert User.objects.get(email=NEW).contacts.get().role == ContactRole.BILLING
    again = Client().get(link)
    assert again.status_code == 410
    assert sign_in(Client(), NEW, "marmotte-des-alpages").url == "/client/"


def test_somebody_known_accepts_and_signs_in_as_always(owner: User, customer: Customer, client: Client) -> None:
    known = worlds.contact()
    link = f"/account/invitation/{inviting.secret_of(invite(owner, customer, known.email))}/"
    assert 'name="password"' not in client.get(link).content.decode()
    assert client.post(link).url == "/account/login/"
    assert not is_signed_in(client)
    assert known.contacts.filter(customer=customer, role=ContactRole.BILLING).exists()


def test_nothing_that_opens_it_is_stored(owner: User, customer: Customer) -> None:
    invitation = invite(owner, customer)
    proof = inviting.secret_of(invitation).partition("-")[2]
    assert proof not in str(Invitation.objects.values().get()) + str(list(Entry.objects.values()))


def test_a_link_ends_when_used_withdrawn_expired_replaced_or_forged(owner: User, customer: Customer, hold: Hold) -> None:
    hold("2026-11-24 13:40")
    first = inviting.secret_of(invite(owner, customer))
    second_invitation = invite(owner, customer)
    second = inviting.secret_of(second_invitation)
    with pytest.raises(InvitationGone):
        inviting.find(first)
    number, _, proof = second.partition("-")
    for forged in (f"{int(number) + 1}-{proof}", f"{number}-{proof[:-1]}0x", "x", "", f"{number}-", "9" * 40 + "-x"):
        with pytest.raises(InvitationGone):
            inviting.find(forged)
    assert inviting.find(second) == second_invitation
    hold.forward(days=7)
    with pytest.raises(InvitationGone):
        inviting.find(second)
    hold("2026-11-24 13:40")
    inviting.withdraw(viewer=viewer_of(owner), invitation=second_invitation)
    with pytest.raises(InvitationGone):
        inviting.accept(secret=second, password="marmotte-des-alpages", name="Nour")
    assert not User.objects.filter(email=NEW).exists()


def test_owners_and_staff_invite_and_nobody_else(owner: User, customer: Customer) -> None:
    for who in (worlds.contact(customer, ContactRole.TECHNICAL), worlds.contact()):
        with pytest.raises(NotAllowed):
            invite(who, customer)
    invite(worlds.agent(), customer)
    with pytest.raises(AddressTaken):
        invite(owner, customer, owner.email)
    with pytest.raises(Invalid):
        invite(owner, customer, "nope")


def test_inviting_tells_nothing_about_other_accounts(owner: User, customer: Customer) -> None:
    elsewhere = worlds.contact()
    assert invite(owner, customer, elsewhere.email).pk
    assert invite(owner, customer, "nobody@client.example").pk


def test_administrators_invite_staff(client: Client) -> None:
    with pytest.raises(NotAllowed):
        inviting.invite_staff(viewer=viewer_of(worlds.lead()), email=NEW, role="agent", name="Nour")
    made = inviting.invite_staff(viewer=viewer_of(worlds.admin()), email=NEW, role="lead", name="Nour", language="en")
    react()
    assert OutgoingMail.objects.get().subject.startswith("Invitation to the team")
    fields = {"name": "Nour", "password": "marmotte-des-alpages"}
    assert client.post(f"/account/invitation/{inviting.secret_of(made)}/", fields).url == "/console/"
    assert User.objects.get(email=NEW).role == "lead"


@pytest.mark.parametrize(
    ("who", "role", "email", "may"),
    [
        (worlds.agent, ContactRole.OWNER, NEW, False),
        (worlds.agent, ContactRole.TECHNICAL, NEW, True),
        (worlds.agent, ContactRole.OWNER, "registered", True),
        (worlds.lead, ContactRole.OWNER, NEW, True),
        (worlds.admin, ContactRole.OWNER, NEW, True),
        (None, ContactRole.OWNER, NEW, True),
    ],
)
def test_owners_are_made_by_owners_leads_and_administrators(
    who: Callable[[], User] | None, role: str, email: str, may: bool, owner: User, customer: Customer
) -> None:
    viewer = viewer_of(who() if who else owner)
    asked = {"email": customer.registered_address if email == "registered" else email, "role": role}
    if may:
        assert inviting.invite_contact(viewer=viewer, customer=customer, **asked).role == role
        return
    with pytest.raises(OwnersOwn) as refused:
        inviting.invite_contact(viewer=viewer, customer=customer, **asked)
    assert refused.value.field == "role"
    assert not Invitation.objects.exists()
    helper = worlds.contact(customer, role=ContactRole.TECHNICAL).contacts.get()
    with pytest.raises(OwnersOwn):
        contacts.change_role(viewer=viewer, contact=helper, role=role)
    with pytest.raises(OwnersOwn) as refused:
        customers.change(viewer=viewer, customer=customer, registered_address=NEW)
    assert refused.value.field == "registered_address"


def test_the_refusal_stands_beside_the_role_in_the_console(customer: Customer, browse: Callable[[User], Client]) -> None:
    page = browse(worlds.agent()).post(f"/console/customers/{customer.pk}/", {"invite": "1", "email": NEW, "name": "", "role": "owner"})
    assert page.status_code == 422
    field = page.content.decode().partition('name="role"')[2].partition("</select>")[2][:600]
    assert "propriétaires" in field
