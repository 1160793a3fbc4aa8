"""The tests' own ground: databases that return to their template, and the held clock."""

from datetime import UTC, datetime

import pytest

from tests import worlds
from vigie.kernel import clock
from vigie.people.models import Department
from vigie.promises.models import Promise


@pytest.mark.django_db
def test_a_fresh_installation_has_departments_and_promises() -> None:
    assert set(Department.objects.values_list("code", flat=True)) >= {"technical", "financial"}
    assert Promise.objects.get(channel="ticket", kind="first_reply").limit == 600


@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_may_change_what_it_likes() -> None:
    Promise.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_and_the_next_one_finds_the_template_again() -> None:
    assert Promise.objects.exists()


def test_the_clock_is_held(hold) -> None:  # type: ignore[no-untyped-def]
    hold("2026-11-24 13:40")
    assert clock.now() == datetime(2026, 11, 24, 12, 40, tzinfo=UTC)
    hold.forward(minutes=10)
    assert clock.now() == datetime(2026, 11, 24, 12, 50, tzinfo=UTC)


@pytest.mark.django_db
def test_worlds_hold_together() -> None:
    customer = worlds.customer()
    worlds.service(customer, "2001:db8::/64")
    owner = worlds.contact(customer)
    assert worlds.seen_by(owner).owns(customer.id)
    assert worlds.seen_by(worlds.agent(worlds.team())).is_staff
    assert not worlds.seen_by(worlds.contact()).owns(customer.id)
    worlds.provider()
    worlds.department()
    worlds.calendar()
    worlds.conversation(customer)
