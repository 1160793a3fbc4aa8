"""One writer at a time, in turn, and never a turn kept by mistake."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction

from vigie.journal.models import Audience, Entry, Reaction
from vigie.journal.record import record
from vigie.kernel import clock
from vigie.kernel.sqlite.turn import Turn, turn_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="about the SQLite backend"),
]


def entry() -> Entry:
    return Entry.objects.create(kind="test.made", at=clock.now(), audience=Audience.STAFF)


def is_free() -> bool:
    turn = turn_of(str(connection.settings_dict["NAME"]))
    if turn.take(0):
        turn.give()
        return True
    return False


def test_the_pragmas_of_the_settings_are_in_force() -> None:
    with connection.cursor() as cursor:
        found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "foreign_keys", "cache_size")}
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "cache_size": -16000}


def test_settings_ask_for_durable_commits() -> None:
    from vigie.config.settings import DATABASES

    assert "synchronous=" in str(DATABASES["default"])


def test_many_writers_never_meet_a_locked_database() -> None:
    def work(number: int) -> None:
        try:
            for _ in range(10):
                if number % 2:
                    with transaction.atomic():
                        record("test.many", at=clock.now(), audience=Audience.STAFF)
                else:
                    Entry.objects.filter(kind="none").update(kind="nothing")  # a write outside a transaction
                    entry()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(work, range(12)))
    assert Entry.objects.count() == 120
    assert is_free()


@pytest.mark.parametrize("wrong", ["in the block", "in the database", "at the commit"])
def test_an_error_gives_the_turn_back(wrong: str) -> None:
    def fail() -> None:
        with transaction.atomic():
            one = entry()
            if wrong == "in the block":
                raise ValueError
            if wrong == "in the database":
                Entry.objects.create(id=one.id, kind="twice", at=clock.now())
            Reaction.objects.create(entry_id=10**9, handler="x", due_at=clock.now())  # deferred: fails at the commit

    with pytest.raises((ValueError, IntegrityError)):
        fail()
    assert is_free()
    assert entry().id


def test_closing_in_the_middle_of_a_transaction_gives_the_turn_back() -> None:
    def work() -> None:
        connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert is_free()


def test_a_thread_that_waits_for_itself_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.1)
    other = connections.create_connection("default")
    other.settings_dict = connection.settings_dict
    with transaction.atomic(), pytest.raises(OperationalError, match="locked"):
        other.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    assert is_free()


def test_another_process_that_writes_is_waited_for() -> None:
    entry()
    name = str(connection.settings_dict["NAME"])
    held = threading.Event()

    def other() -> None:
        foreign = sqlite3.connect(name, isolation_level=None)
        foreign.execute("BEGIN IMMEDIATE")
        held.set()
        threading.Event().wait(0.2)
        foreign.execute("COMMIT")
        foreign.close()

    thread = threading.Thread(target=other)
    thread.start()
    held.wait(5)
    with transaction.atomic():
        entry()
    thread.join()
    assert Entry.objects.count() == 2


def test_whoever_waited_longest_goes_next() -> None:
    turn, order, threads = Turn(), [], []
    assert turn.take(0)

    def wait(number: int) -> None:
        assert turn.take(5)
        order.append(number)
        turn.give()

    for number in range(8):
        thread: Any = threading.Thread(target=wait, args=(number,))
        thread.start()
        threads.append(thread)
        while len(turn._line) <= number:
            pass
    turn.give()
    for thread in threads:
        thread.join()
    assert order == list(range(8))


def test_who_gives_up_waiting_is_not_handed_the_turn() -> None:
    turn = Turn()
    assert turn.take(0)
    assert not turn.take(0.01)
    turn.give()
    assert turn.take(0)
