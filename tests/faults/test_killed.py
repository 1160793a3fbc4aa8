"""`kill -9` at random instants: nothing accepted is lost, nothing is done twice."""

import os
import random
import signal
import time
from collections import Counter

import httpx
import pytest

from tests.faults.house import House

pytestmark = [
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.skipif("os.environ.get('VIGIE_TEST_DATABASE') == 'postgres'", reason="each house has its own SQLite file"),
]


def test_reactions_of_killed_processes_happen_exactly_once(house: House) -> None:
    dice = random.Random(3)
    house.environment["TEST_LINES"] = "40"
    for _ in range(6):
        process = house.start("-m", "tests.faults.reacting")
        began, before = time.monotonic(), accepted(house)
        while accepted(house) == before and time.monotonic() - began < 30:
            time.sleep(0.01)
        time.sleep(dice.random() * 0.6)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    promised = accepted(house)
    written = {number for (number,) in house.query("SELECT id FROM journal_entry WHERE kind = 'test.happened'")}
    assert promised <= written, "what was accepted is there"
    assert house.query("SELECT 1 FROM journal_reaction WHERE state = 'waiting'"), "the kills left work undone"
    # Dead processes hold leases of a minute: let them run out now.
    with_sql(house, "UPDATE journal_reaction SET due_at = '2020-01-01' WHERE state = 'waiting'")
    house.environment["TEST_LINES"] = "0"
    house.start("-m", "tests.faults.reacting")
    until = time.monotonic() + 60
    while house.query("SELECT 1 FROM journal_reaction WHERE state != 'done'") and time.monotonic() < until:
        time.sleep(0.1)
    for kind in ("test.echoed", "test.echoed_twice"):
        done = Counter(number for (number,) in house.query("SELECT data->>'of' FROM journal_entry WHERE kind = ?", kind))
        assert done == dict.fromkeys(written, 1)


def accepted(house: House) -> set[int]:
    text = (house.folder / "log").read_text()
    return {int(line.split()[1]) for line in text.splitlines() if line.startswith("accepted ")}


def with_sql(house: House, sql: str) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(house.database, timeout=20)) as connection, connection:
        connection.execute(sql)


def test_a_killed_house_comes_up_again_whole(house: House) -> None:
    dice = random.Random(5)
    for _ in range(3):
        process = house.up()
        until = time.monotonic() + dice.random()
        while time.monotonic() < until:
            assert httpx.get(house.url("/healthz")).status_code == 200
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert house.query("PRAGMA integrity_check") == [("ok",)]
    house.up()
    assert httpx.get(house.url("/readyz")).json() == {"ready": True, "problems": []}
