"""What putting services in place promises to others: no lock without a change, nothing overwritten unseen, ids never twice."""

import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection, connections

from tests import worlds
from vigie.inventory.errors import NotAllowedError
from vigie.inventory.importing import services
from vigie.inventory.importing.columns import service
from vigie.inventory.importing.outcome import Outcome, Result
from vigie.inventory.models import Address, Service
from vigie.journal.models import Entry
from vigie.kernel import clock
from vigie.people.access import NOBODY, OPERATOR

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="a lock of SQLite")


def put(*rows: dict[str, str]) -> list[Outcome]:
    return services.put([service({"customer": "C1", "name": "x", **fields}) for fields in rows], viewer=OPERATOR)


def elsewhere(deed: Callable[[], object]) -> None:
    """Do it on a connection of its own."""

    def run() -> None:
        deed()
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


@pytest.mark.django_db
def test_fifty_changes_stand_in_the_journal_one_by_one_more_as_one_line() -> None:
    worlds.customer(reference="C1")
    put(*({"order_number": str(number)} for number in range(50)))
    assert [line.kind for line in Entry.objects.filter(kind__startswith="service.")] == ["service.added"] * 50
    put(*({"order_number": str(number), "rack": "R1"} for number in range(20, 90)))
    line = Entry.objects.filter(kind__startswith="service.").order_by("id").last()
    assert line is not None
    assert (line.kind, line.data) == ("service.imported", {"added": 40, "changed": 30})


@pytest.mark.django_db
def test_outcomes_bear_the_ids_and_an_id_is_never_given_again() -> None:
    worlds.customer(reference="C1")
    first, second = put({"order_number": "1"}, {"order_number": "2", "addresses": "::1 203.0.113.1"})
    assert [one.id for one in (first, second)] == [Service.objects.get(order_number=number).id for number in "12"]
    assert set(Address.objects.values_list("service_id", flat=True)) == {second.id}
    Service.objects.filter(order_number="2").delete()
    (third,) = put({"order_number": "3"})
    assert third.id is not None
    assert second.id is not None
    assert third.id > second.id
    assert Service.objects.create(customer_id=Service.objects.get(order_number="1").customer_id, order_number="4").id > third.id


@pytest.mark.django_db
def test_a_customer_is_found_by_every_spelling_of_the_registered_address() -> None:
    worlds.customer(reference="C1", registered_address="c1@client.example")
    found = put(
        {"order_number": "1", "customer": "C1@Client.example"},
        {"order_number": "2", "customer": "c1@client.EXAMPLE"},
        {"order_number": "3", "customer": "c2@client.example"},
    )
    assert [one.result for one in found] == [Result.ADDED, Result.ADDED, Result.REFUSED]


@pytest.mark.django_db
def test_only_staff_put_services() -> None:
    with pytest.raises(NotAllowedError):
        services.put([], viewer=NOBODY)


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_what_changes_nothing_waits_for_no_lock() -> None:
    worlds.customer(reference="C1")
    put({"order_number": "1", "addresses": "::1"})
    with sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert [one.result for one in put({"order_number": "1", "addresses": "::1"})] == [Result.UNCHANGED]
        other.execute("ROLLBACK")
    other.close()


@pytest.mark.django_db(transaction=True)
def test_what_another_wrote_between_look_and_write_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The row is added, and the other's customer deleted, just before our transaction begins."""
    acme, gone = worlds.customer(reference="C1"), worlds.customer(reference="C2")

    def meanwhile() -> None:
        Service.objects.create(customer_id=acme.id, order_number="1", name="theirs", rack="R9")
        gone.delete()

    def now() -> datetime:
        monkeypatch.undo()
        elsewhere(meanwhile)
        return clock.now()

    monkeypatch.setattr(services, "clock", type("Clock", (), {"now": staticmethod(now)}))
    found = put({"order_number": "1", "name": "ours"}, {"order_number": "2", "customer": "C2"}, {"order_number": "3"})
    assert [one.result for one in found] == [Result.CHANGED, Result.REFUSED, Result.ADDED]
    one = Service.objects.get(order_number="1")
    assert (one.name, one.rack) == ("ours", "R9")
