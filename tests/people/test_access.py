"""What a viewer may see never crosses customers, whatever roles people hold; and the two ways of asking agree."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tests import worlds
from vigie.people.access import (
    NOBODY,
    OPERATOR,
    Viewer,
    customers_q,
    departments_q,
    departments_sql,
    may_see,
    viewer_of,
)
from vigie.people.models import Contact, ContactRole, Customer
from vigie.tickets.models import Ticket

pytestmark = pytest.mark.django_db


def test_a_stranger_sees_no_customer() -> None:
    worlds.customer()
    assert not Customer.objects.visible_to(NOBODY).exists()


def test_a_contact_sees_its_customers_alone() -> None:
    ours, theirs = worlds.customer(), worlds.customer()
    viewer = viewer_of(worlds.contact(ours))
    assert list(Customer.objects.visible_to(viewer)) == [ours]
    assert viewer.owns(ours.pk)
    assert not viewer.owns(theirs.pk)


def test_staff_sees_all_and_the_operator_too() -> None:
    made = {worlds.customer(), worlds.customer()}
    assert made <= set(Customer.objects.visible_to(viewer_of(worlds.agent())))
    assert made <= set(Customer.objects.visible_to(OPERATOR))


def test_a_closed_customer_is_closed_to_its_contacts() -> None:
    closed = worlds.customer(is_active=False)
    assert viewer_of(worlds.contact(closed)).acts_for == {}


def test_an_inactive_person_is_nobody() -> None:
    assert viewer_of(worlds.contact(is_active=False)) is NOBODY
    assert viewer_of(worlds.agent(is_active=False)) is NOBODY


@given(st.dictionaries(st.integers(1, 5), st.sampled_from(ContactRole.values)), st.integers(1, 8), st.sampled_from(["technical", "financial", "abuse", None]), st.integers(1, 3))  # fmt: skip
def test_nothing_is_seen_of_a_customer_one_does_not_act_for(
    held: dict[int, str], customer: int, department: str | None, author: int
) -> None:
    user = worlds.User(pk=1)
    seen = may_see(Viewer(user=user, acts_for=held), customer_id=customer, department=department, contact_id=author)
    if customer not in held:
        assert not seen
    elif held[customer] == ContactRole.OWNER or author == 1:
        assert seen
    elif department == "financial":
        assert seen == (held[customer] == ContactRole.BILLING)
    else:
        assert seen == (held[customer] == ContactRole.TECHNICAL and department is not None)


def test_the_filter_and_the_question_agree_on_every_row() -> None:
    customers = [worlds.customer(), worlds.customer(), worlds.customer()]
    writers = [worlds.contact(one) for one in customers]
    worlds.department("abuse")
    for writer, customer in zip(writers, customers, strict=True):
        for department in (worlds.technical(), worlds.financial()):
            worlds.ticket(writer, customer, department=department)
    paths = {"customer": "conversation__customer", "department": "department", "contact": "conversation__contact"}
    for first in [None, *ContactRole.values]:
        for second in [None, *ContactRole.values]:
            person = worlds.user()
            for customer, role in ((customers[0], first), (customers[1], second)):
                if role:
                    Contact.objects.create(customer=customer, user=person, role=role)
            mine = worlds.ticket(person, customers[0], department=worlds.financial()) if first else None
            viewer = viewer_of(person)
            found = set(Ticket.objects.filter(departments_q(viewer, **paths)).values_list("pk", flat=True))
            rows = Ticket.objects.select_related("conversation")
            asked = {
                row.pk
                for row in rows
                if may_see(viewer, customer_id=row.conversation.customer_id, department=row.department_id, contact_id=row.conversation.contact_id)
            }  # fmt: skip
            assert found == asked
            assert {pk for pk, seen in _seen_in_sql(viewer) if seen} == asked
            assert mine is None or mine.pk in found
            strangers = Ticket.objects.filter(conversation__customer=customers[2]).values_list("pk", flat=True)
            assert not found & set(strangers)


def _seen_in_sql(viewer: Viewer) -> list[tuple[int, bool]]:
    """(ticket, whether the condition holds)"""
    condition, values = departments_sql(viewer, customer="c.customer_id", department="t.department_id", contact="c.contact_id")
    tables = "conversations_conversation c LEFT JOIN tickets_ticket t ON t.conversation_id = c.id"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT c.id, COALESCE({condition}, FALSE) FROM {tables}", values)
        return [(pk, bool(seen)) for pk, seen in cursor.fetchall()]


def test_a_conversation_without_a_department_is_the_owners_in_sql_too() -> None:
    customer = worlds.customer()
    talk = worlds.ticket(worlds.contact(customer), customer).conversation
    Ticket.objects.filter(pk=talk.pk).delete()
    for role in ContactRole.values:
        viewer = Viewer(user=worlds.user(), acts_for={customer.pk: role})
        asked = may_see(viewer, customer_id=customer.pk, department=None, contact_id=talk.contact_id)
        assert dict(_seen_in_sql(viewer))[talk.pk] == asked == (role == ContactRole.OWNER)
    assert dict(_seen_in_sql(NOBODY))[talk.pk] is False
    assert dict(_seen_in_sql(viewer_of(worlds.agent())))[talk.pk] is True


def test_rows_of_customers_by_path() -> None:
    ours = worlds.service()
    worlds.service()
    viewer = viewer_of(worlds.contact(ours.customer))
    assert list(type(ours).objects.filter(customers_q(viewer))) == [ours]
