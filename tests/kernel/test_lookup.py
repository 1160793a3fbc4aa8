"""A row looked up by hand is the row the ORM gives."""

import pytest
from django.apps import apps
from django.db.models.signals import post_init, pre_init

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


def test_rows_of_joined_tables_come_together_and_what_an_outer_join_missed_is_none() -> None:
    customer = worlds.customer()
    contact = worlds.contact(customer)
    tables = "people_customer LEFT JOIN people_contact ON people_contact.customer_id = people_customer.id LEFT JOIN people_user ON people_user.id = people_contact.user_id"
    condition = "people_customer.id = %s"
    assert lookup.joined((Customer, User), tables, condition, customer.pk) == [(customer, contact)]
    alone = worlds.customer()
    assert lookup.joined((Customer, User), tables, condition, alone.pk) == [(alone, None)]


def test_nobody_listens_for_rows_being_made() -> None:
    """Looked-up rows send no signal; a picture field would need one."""
    assert [model for model in apps.get_models() if pre_init.has_listeners(model) or post_init.has_listeners(model)] == []
