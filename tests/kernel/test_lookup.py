"""A row looked up by hand is the row the ORM gives."""

import pytest

from tests import worlds
from vigie.kernel import lookup
from vigie.people.models import Customer, User

pytestmark = pytest.mark.django_db


def test_a_row_is_the_same_as_through_the_orm() -> None:
    customer = worlds.customer()
    found = lookup.one(Customer, "id = %s", customer.pk)
    assert found is not None
    fields = [field.attname for field in Customer._meta.concrete_fields]
    through_the_orm = Customer.objects.get(pk=customer.pk)
    assert [getattr(found, name) for name in fields] == [getattr(through_the_orm, name) for name in fields]
    assert found.created_at.tzinfo is not None


def test_what_is_not_there_is_none() -> None:
    assert lookup.one(User, "id = %s", -1) is None


def test_a_row_looked_up_can_be_saved_again() -> None:
    customer = lookup.one(Customer, "id = %s", worlds.customer().pk)
    assert customer is not None
    customer.name = "Another name"
    customer.save()
    assert Customer.objects.get(pk=customer.pk).name == "Another name"
    assert Customer.objects.filter(pk=customer.pk).count() == 1
