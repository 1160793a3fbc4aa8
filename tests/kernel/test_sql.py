"""Statements that go straight to the driver behave as Django's own do."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from vigie.kernel import sql
from vigie.people.models import Department

NEW = "INSERT INTO people_department (code, name_fr, name_en, about_fr, about_en, address, is_open, position) VALUES (%s, %s, %s, '', '', '', %s, 9)"


def new(code: str) -> tuple[object, ...]:
    return (code, "Essai", "Trial", True)


@pytest.mark.django_db
def test_rows_and_counts_come_back() -> None:
    assert sql.change(NEW, new("trial")) == 1
    assert sql.ask("SELECT name_fr FROM people_department WHERE code = %s", ("trial",)) == [("Essai",)]
    assert sql.change("UPDATE people_department SET name_fr = 'Autre' WHERE code LIKE 'tri%%'") == 1
    assert sql.ask("UPDATE people_department SET position = 3 WHERE code = 'trial' RETURNING position") == [(3,)]
    sql.change_each("DELETE FROM people_department WHERE code = %s", [("trial",), ("none",)])
    assert not Department.objects.filter(code="trial").exists()


@pytest.mark.django_db
def test_errors_are_djangos() -> None:
    sql.change(NEW, new("trial"))
    for call in (lambda: sql.change(NEW, new("trial")), lambda: sql.change_each(NEW, [new("trial")])):
        with pytest.raises(IntegrityError), transaction.atomic():
            call()
    with pytest.raises(DatabaseError), transaction.atomic():
        sql.ask("SELECT nonsense FROM nowhere")


@pytest.mark.django_db
def test_after_an_error_inside_a_block_nothing_goes_on() -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            sql.change(NEW, new("trial"))
    assert not Department.objects.filter(code="trial").exists()


@pytest.mark.django_db(transaction=True)
def test_a_write_outside_a_transaction_is_committed_and_seen() -> None:
    sql.change(NEW, new("trial"))
    connection.close()
    assert sql.ask("SELECT code FROM people_department WHERE code = 'trial'") == [("trial",)]


@pytest.mark.django_db
def test_whoever_watches_the_statements_sees_them() -> None:
    with CaptureQueriesContext(connection) as caught:
        sql.ask("SELECT 1")
    assert [query["sql"] for query in caught] == ["SELECT 1"]
