"""`kill -9` of `vigie up` while customers send tickets: each answered one exists once, with its clocks and its mail."""

import os
import random
import signal
import threading
import time
import uuid
from collections import Counter

import httpx
import pytest

from tests.faults.founding import Founded, found
from tests.faults.house import House
from tests.faults.test_killed import with_sql

pytestmark = [
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.skipif("os.environ.get('VIGIE_TEST_DATABASE') == 'postgres'", reason="each house has its own SQLite file"),
]
KILLS, SENDERS = 4, 3


class Sender(threading.Thread):
    """A customer's browser: sends a form until it is answered with the ticket's page, then fills in the next."""

    def __init__(self, house: House, founded: Founded, enough: threading.Event) -> None:
        super().__init__(daemon=True)
        self.house, self.founded, self.enough = house, founded, enough
        self.answered: dict[str, str] = {}
        self.strange: list[int] = []
        self.cut = 0

    def run(self) -> None:
        while not self.enough.is_set():
            key = str(uuid.uuid4())
            while key not in self.answered and not self.strange:
                try:
                    with httpx.Client(timeout=20) as client:
                        answer = self.founded.open_ticket(client, self.house.url("/client/tickets/new/"), key)
                except httpx.ConnectError:
                    time.sleep(0.05)
                except httpx.HTTPError:
                    self.cut += 1  # it may have been written, or not
                else:
                    if answer.status_code == 302:
                        self.answered[key] = answer.headers["Location"]
                    else:
                        self.strange.append(answer.status_code)


def test_every_ticket_that_was_answered_exists_once_with_its_clocks_and_its_mail(house: House) -> None:
    dice = random.Random(11)
    founded, enough = found(house), threading.Event()
    process = house.up()
    senders = [Sender(house, founded, enough) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    for _ in range(KILLS):
        time.sleep(0.4 + dice.random() * 1.2)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process = house.up()
    enough.set()
    for sender in senders:
        sender.join(60)
    assert [sender.strange for sender in senders] == [[]] * SENDERS, "\n".join(str(line)[:9000] for line in house.lines() if line.get("level") == "error")
    answered = {key: place for sender in senders for key, place in sender.answered.items()}
    assert sum(sender.cut for sender in senders), "the kills cut nobody off: they prove nothing"

    rows = house.query("""
        SELECT c.client_key, t.number, c.id FROM conversations_conversation c JOIN tickets_ticket t ON t.conversation_id = c.id
    """)
    opened = {str(uuid.UUID(key)): (number, conversation) for key, number, conversation in rows}
    assert len(opened) == len(rows)
    assert set(answered) <= set(opened), "what was answered is there"
    assert {key: f"/client/tickets/{opened[key][0]}/" for key in answered} == answered
    assert sorted(number for number, _conversation in opened.values()) == list(range(min(opened.values())[0], min(opened.values())[0] + len(opened)))

    # Reactions of the dead hold leases of a minute: let them run out now.
    with_sql(house, "UPDATE journal_reaction SET due_at = '2020-01-01' WHERE state = 'waiting'")
    wait_until(lambda: not house.query("SELECT 1 FROM journal_reaction WHERE state != 'done'"))
    each = dict.fromkeys((conversation for _number, conversation in opened.values()), 1)
    for once in (
        "SELECT conversation_id FROM conversations_message",
        "SELECT conversation_id FROM mail_out_outgoingmail WHERE kind = 'acknowledgement'",
        "SELECT conversation_id FROM promises_clock WHERE kind = 'acknowledgement' AND state = 'met'",
        "SELECT conversation_id FROM promises_clock WHERE kind = 'first_reply' AND state IN ('running', 'paused')",
        "SELECT conversation_id FROM journal_entry WHERE kind = 'ticket.opened'",
        "SELECT conversation_id FROM journal_entry WHERE kind = 'message.posted'",
    ):
        assert Counter(number for (number,) in house.query(once)) == each, once

    # The clocks go on: one that has run out while nobody was there is broken, once.
    late = next(iter(each))
    with_sql(house, f"UPDATE promises_clock SET due_at = '2020-01-01', wake_at = '2020-01-01', state = 'running' WHERE kind = 'first_reply' AND conversation_id = {late}")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    house.up()
    broken = "SELECT data FROM journal_entry WHERE kind = 'clock.broken' AND conversation_id = ?"
    wait_until(lambda: bool(house.query(broken, late)))
    time.sleep(1.5)
    assert len(house.query(broken, late)) == 1


def wait_until(true: "object", seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:  # type: ignore[operator]
        time.sleep(0.1)
    assert true()  # type: ignore[operator]
