"""How soon a due clock is noticed: a real `vigie up` on many running clocks, pages asked for all the while.

    python -m bench.noticing [--clocks 100000] [--due 200] [--over 20] [--clients 2]      wants: within 1 s

Some clocks come due at known instants, half of them to be warned about, half to be broken. From the due instant to the instant the
commit can be read from outside (the journal is read every 5 ms), and to the instant that the journal line itself says.
"""

import argparse
import random
import sqlite3
import statistics
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.desk import Desk, founded, serving
from bench.load import Rates, drive, get, load_line

LEAD = 12  # seconds for the server to start before the first is due
LOOK = 0.005
CUSTOMERS = 500
KINDS = ("clock.warned", "clock.broken")


def text(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S.%f}"


def fill(desk: Desk, running: int, due: dict[int, datetime]) -> None:
    """Tickets of some hundred customers, each with a running first-reply clock; those of `due` wake at their instants."""
    base = sqlite3.connect(desk.folder / "vigie.sqlite3", isolation_level=None)
    now = datetime.now(UTC)
    first = int(base.execute("SELECT max(id) FROM conversations_conversation").fetchone()[0]) + 1
    base.execute("BEGIN")
    base.executemany(
        "INSERT INTO people_customer (id, name, reference, registered_address, language, timezone, plan, is_active, created_at, updated_at)"
        " VALUES (?, 'Bench', 'B' || ?, 'b' || ? || '@bench.example', 'fr', 'Europe/Paris', '', 1, ?, ?)",
        ((desk.customer + n, n, n, text(now), text(now)) for n in range(1, CUSTOMERS + 1)),
    )
    base.executemany(
        "INSERT INTO conversations_conversation (id, channel, customer_id, subject, language, trust, evidence, last_seq, last_public_seq,"
        " created_at, updated_at) VALUES (?, 'ticket', ?, 'Bench', 'fr', 'verified', '[]', 1, 1, ?, ?)",
        ((first + n, desk.customer + 1 + n % CUSTOMERS, text(now), text(now)) for n in range(running)),
    )
    base.executemany(
        "INSERT INTO tickets_ticket (conversation_id, number, department_id, priority, urgency, state, began_zone, diagnostics, snippet,"
        " due_at, queue_at, opened_at, score_comment) VALUES (?, ?, 'technical', 'regular', 1, 'new', '', '', 'x', ?, ?, ?, '')",
        ((first + n, 5_000_000 + n, *clock_of(n, now, due)[:1] * 2, text(now)) for n in range(running)),
    )
    base.executemany(
        "INSERT INTO promises_clock (conversation_id, kind, channel, department_id, priority, state, started_at, target, due_at, wake_at,"
        " warned, note) VALUES (?, 'first_reply', 'ticket', 'technical', 'regular', 'running', ?, 600, ?, ?, 0, '')",
        ((first + n, text(now), *clock_of(n, now, due)) for n in range(running)),
    )
    base.execute("COMMIT")
    for n in list(due):
        due[first + n] = due.pop(n)
    base.close()


def clock_of(n: int, now: datetime, due: dict[int, datetime]) -> tuple[str, str]:
    """(due, wake): of those that come due every other one is only warned about, half of its time before."""
    wake = due.get(n)
    if wake is None:
        later = text(now + timedelta(hours=2, seconds=n))
        return later, later
    return text(wake + timedelta(seconds=0 if n % 2 else 300)), text(wake)


def watch(folder: Path, due: dict[int, datetime], until: float) -> tuple[list[float], list[float]]:
    """Seconds from each due instant to the first sight of its line, and to what the line says."""
    base = sqlite3.connect(folder / "vigie.sqlite3", isolation_level=None)
    base.execute("PRAGMA query_only = 1")
    last = int(base.execute("SELECT coalesce(max(id), 0) FROM journal_entry").fetchone()[0])
    seen: list[float] = []
    said: list[float] = []
    met: set[int] = set()
    while len(met) < len(due) and time.time() < until:
        rows = base.execute("SELECT id, kind, conversation_id, at FROM journal_entry WHERE id > ? ORDER BY id", [last]).fetchall()
        now = datetime.now(UTC)
        for last, kind, conversation, at in rows:  # noqa: B007  the last id is where the next look begins
            if kind in KINDS and conversation in due and conversation not in met:
                met.add(conversation)
                seen.append((now - due[conversation]).total_seconds())
                said.append((datetime.fromisoformat(at).replace(tzinfo=UTC) - due[conversation]).total_seconds())
        time.sleep(LOOK)
    base.close()
    return seen, said


def told(name: str, seconds: list[float]) -> str:
    ordered = sorted(seconds)
    return f"{name}: p50 {statistics.median(ordered):.3f} s, p99 {ordered[int(len(ordered) * 0.99)]:.3f} s, max {ordered[-1]:.3f} s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clocks", type=int, default=100_000)
    parser.add_argument("--due", type=int, default=200)
    parser.add_argument("--over", type=float, default=20)
    parser.add_argument("--clients", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vigie-bench-") as name:
        desk = founded(Path(name))
        first = datetime.now(UTC) + timedelta(seconds=LEAD + given.clocks / 20_000)
        chance = random.Random(1)
        due = {n: first + timedelta(seconds=chance.uniform(0, given.over)) for n in chance.sample(range(given.clocks), given.due)}
        fill(desk, given.clocks, due)
        print(f"{given.clocks:,} running clocks, {given.due} due within {given.over:.0f} s; {load_line()}")
        with serving(["-m", "vigie", "up"], desk.folder) as (port, _pid):
            wait = (min(due.values()) - datetime.now(UTC)).total_seconds()
            if wait < 0:
                msg = "the first clock was due before the server listened"
                raise RuntimeError(msg)
            time.sleep(max(0, wait - 1))
            pages: list[Rates] = []
            asked = lambda _n: get("/client/tickets/", cookie=desk.cookie)  # noqa: E731  one line each
            fine = lambda head: head.startswith("HTTP/1.1 200")  # noqa: E731  the same
            if given.clients:
                driver = threading.Thread(
                    target=lambda: pages.append(drive(port, asked, fine, clients=given.clients, seconds=given.over + 2)), daemon=True
                )
                driver.start()
            seen, said = watch(desk.folder, due, time.time() + given.over + 30)
            if given.clients:
                driver.join()
        print(f"noticed {len(seen)} of {given.due}")
        print(told("  from due to the commit seen from outside", seen))
        print(told("  from due to the line's own instant", said))
        for rates in pages:
            print(f"  meanwhile {rates.rate:.0f} pages/s to {given.clients} clients: p50 {rates.p50:.1f} ms, p99 {rates.p99:.1f} ms")
        print(f"  {load_line()}")
        if len(seen) < given.due:
            msg = f"{given.due - len(seen)} clocks were not noticed"
            raise RuntimeError(msg)


if __name__ == "__main__":
    main()
