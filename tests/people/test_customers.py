"""Customers, their logins and contacts."""

import pytest

from tests import worlds
from vigie.journal.models import Entry
from vigie.people import contacts, customer_batches, customers
from vigie.people.access import OPERATOR, viewer_of
from vigie.people.customers import Outcome
from vigie.people.errors import AddressTaken, Invalid, LastOwner, NotAllowed, ReferenceTaken
from vigie.people.models import Contact, ContactRole, Customer, User

pytestmark = pytest.mark.django_db


def test_a_new_customer_has_an_owner_who_signs_in_with_the_registered_address() -> None:
    made = customers.create(viewer=OPERATOR, reference="C1", name="Lenoir", registered_address=" Compte@Lenoir.example ")
    owner = made.contacts.get()
    assert (owner.role, owner.user.email) == (ContactRole.OWNER, "compte@lenoir.example")
    assert not owner.user.has_usable_password()


def test_upsert_again_changes_nothing() -> None:
    fields = {"name": "Lenoir", "registered_address": "compte@lenoir.example", "plan": "Pro"}
    made, first = customers.upsert(viewer=OPERATOR, reference="C1", **fields)
    lines = Entry.objects.count()
    again, second = customers.upsert(viewer=OPERATOR, reference="C1", **fields)
    assert (again, first, second, Entry.objects.count()) == (made, Outcome.CREATED, Outcome.UNCHANGED, lines)
    _same, third = customers.upsert(viewer=OPERATOR, reference="C1", plan="Premium")
    assert third == Outcome.CHANGED


def test_a_new_registered_address_is_the_owners_new_login() -> None:
    made = customers.create(viewer=OPERATOR, reference="C1", name="Lenoir", registered_address="a@lenoir.example")
    owner = made.contacts.get().user
    customers.change(viewer=OPERATOR, customer=made, registered_address="b@lenoir.example")
    owner.refresh_from_db()
    assert owner.email == "b@lenoir.example"


def test_a_login_shared_with_another_customer_is_not_taken_away() -> None:
    one = customers.create(viewer=OPERATOR, reference="C1", name="Un", registered_address="a@lenoir.example")
    owner = one.contacts.get().user
    Contact.objects.create(customer=worlds.customer(), user=owner, role=ContactRole.TECHNICAL)
    customers.change(viewer=OPERATOR, customer=one, registered_address="b@lenoir.example")
    owner.refresh_from_db()
    assert owner.email == "a@lenoir.example"
    assert set(one.contacts.values_list("user__email", flat=True)) == {"a@lenoir.example", "b@lenoir.example"}


def test_what_is_refused() -> None:
    worlds.agent(email="agent@provider.example")
    customers.create(viewer=OPERATOR, reference="C1", name="Lenoir", registered_address="a@lenoir.example")
    with pytest.raises(ReferenceTaken):
        customers.create(viewer=OPERATOR, reference="C1", name="Lenoir", registered_address="c@lenoir.example")
    for taken in ("a@lenoir.example", "agent@provider.example"):
        with pytest.raises(AddressTaken):
            customers.create(viewer=OPERATOR, reference="C2", name="Lenoir", registered_address=taken)
    with pytest.raises(Invalid) as refusal:
        customers.create(viewer=OPERATOR, reference="C2", name="Lenoir", registered_address="nope")
    assert refusal.value.field == "registered_address"
    with pytest.raises(NotAllowed):
        customers.create(viewer=viewer_of(worlds.contact()), reference="C3", name="X", registered_address="x@x.example")


def test_a_batch_means_the_same_as_its_rows_one_by_one() -> None:
    worlds.agent(email="agent@provider.example")
    rows = [{"reference": f"C{n}", "name": f"Client {n}", "registered_address": f"c{n}@client.example"} for n in range(50)]
    rows[7]["registered_address"] = "not an address"
    rows[8]["registered_address"] = "agent@provider.example"
    rows[9]["registered_address"] = "c1@client.example"
    done = customer_batches.upsert_many(viewer=OPERATOR, rows=rows)
    assert (done.created, sorted(done.refused)) == (47, [7, 8, 9])
    assert Customer.objects.filter(contacts__role=ContactRole.OWNER, contacts__user__email="c3@client.example").exists()
    again = customer_batches.upsert_many(viewer=OPERATOR, rows=rows)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 47)
    rows[3]["name"] = "Autre nom"
    assert customer_batches.upsert_many(viewer=OPERATOR, rows=rows).changed == 1


def test_a_reference_twice_in_a_batch_is_one_customer() -> None:
    row = {"reference": "C1", "name": "Lenoir", "registered_address": "a@lenoir.example"}
    done = customer_batches.upsert_many(viewer=OPERATOR, rows=[row, {**row, "plan": "Pro"}])
    assert (done.created, done.changed, Customer.objects.get().plan) == (1, 1, "Pro")


def test_an_owner_remains() -> None:
    owner = worlds.contact()
    contact = owner.contacts.get()
    viewer = viewer_of(owner)
    with pytest.raises(LastOwner):
        contacts.remove(viewer=viewer, contact=contact)
    with pytest.raises(LastOwner):
        contacts.change_role(viewer=viewer, contact=contact, role=ContactRole.BILLING)
    second = contacts.add(viewer=viewer, customer=contact.customer, user=worlds.user(), role=ContactRole.OWNER)
    contacts.remove(viewer=viewer, contact=contact)
    with pytest.raises(LastOwner):
        contacts.remove(viewer=OPERATOR, contact=second)


def test_only_owners_and_staff_decide_who_acts() -> None:
    owner = worlds.contact()
    customer = owner.contacts.get().customer
    technical = worlds.contact(customer, ContactRole.TECHNICAL)
    for stranger in (technical, worlds.contact()):
        with pytest.raises(NotAllowed):
            contacts.change_role(viewer=viewer_of(stranger), contact=technical.contacts.get(), role=ContactRole.OWNER)
    contacts.change_role(viewer=viewer_of(worlds.agent()), contact=technical.contacts.get(), role=ContactRole.BILLING)
    assert technical.contacts.get().role == ContactRole.BILLING


def test_staff_never_act_for_a_customer() -> None:
    with pytest.raises(AddressTaken):
        contacts.add(viewer=OPERATOR, customer=worlds.customer(), user=worlds.agent(), role=ContactRole.OWNER)
    assert User.objects.filter(role="agent").count() == 1


def test_the_old_registered_address_is_told_when_staff_move_it() -> None:
    """A lead could otherwise move an owner's sign-in to a mailbox of their own unseen."""
    from tests.tickets.reacting import react
    from vigie.mail_out.models import OutgoingMail

    lead, customer = worlds.lead(), worlds.customer(registered_address="old@client.example", language="en")
    worlds.contact(customer, email="old@client.example")
    customers.change(viewer=worlds.seen_by(lead), customer=customer, registered_address="new@client.example")
    react()
    mail = OutgoingMail.objects.get()
    assert mail.recipient == "old@client.example"
    assert "new@client.example" in mail.text
