"""How soon a due clock is noticed among 100,000 running ones, and what figures cost over a million decided ones.

`python -m bench.sweep [--clocks N] [--decided N]` prints medians, and ratios against the same work in bare sqlite3.
"""

import argparse
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

DUE = 200
ROUNDS = 9


def median(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Milliseconds."""
    spent = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return statistics.median(spent) * 1000


def found(folder: str) -> None:
    os.environ["VIGIE_DATA"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "vigie.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def fill(running: int, decided: int, now: datetime) -> None:
    from django.db import connection, transaction

    from vigie.people.models import Customer

    customer = Customer.objects.create(name="Bench", reference="B1", registered_address="bench@client.example")
    text = now.replace(tzinfo=None).isoformat(" ")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO conversations_conversation (id, channel, customer_id, subject, language, trust, evidence, last_seq,"
            " last_public_seq, created_at, updated_at) VALUES (%s, 'ticket', %s, 'x', 'fr', 'verified', '[]', 1, 1, %s, %s)",
            ((n, customer.pk, text, text) for n in range(1, running + 1)),
        )
        soon = now + timedelta(hours=2)
        cursor.executemany(
            "INSERT INTO promises_clock (conversation_id, kind, channel, department_id, priority, state, started_at, target,"
            " due_at, wake_at, warned, note) VALUES (%s, 'first_reply', 'ticket', 'technical', 'regular', 'running', %s, 600,"
            " %s, %s, 0, '')",
            (
                (n, text, *[(soon + timedelta(seconds=n)).replace(tzinfo=None).isoformat(" ")] * 2)
                for n in range(1, running + 1)
            ),
        )
        month = timedelta(days=30).total_seconds()
        cursor.executemany(
            "INSERT INTO promises_clock (conversation_id, kind, channel, department_id, priority, state, started_at, target,"
            " due_at, warned, note, answered_at, decided_at, settled_at, took) VALUES (%s, 'first_reply', 'ticket', 'technical',"
            " 'regular', 'met', %s, 600, %s, 0, '', %s, %s, %s, %s)",
            (
                (n % running + 1, text, text, *[(now - timedelta(seconds=month * n / decided)).replace(tzinfo=None).isoformat(" ")] * 3, n * 7919 % 900)
                for n in range(decided)
            ),
        )
        cursor.execute(
            "INSERT INTO promises_tally (channel, day, department_code, priority, took, n, kept)"
            " SELECT channel, date(decided_at), department_id, priority, took, count(*), count(*) FROM promises_clock"
            " WHERE decided_at IS NOT NULL GROUP BY 1, 2, 3, 4, 5"
        )


def make_due(at: datetime) -> None:
    """The next clocks wake (first warning) at `at`."""
    from vigie.promises.models import Clock, ClockState

    ids = list(
        Clock.objects.filter(state=ClockState.RUNNING, warned=0, wake_at__gt=at + timedelta(minutes=1)).values_list("pk", flat=True)[:DUE]
    )
    Clock.objects.filter(pk__in=ids).update(wake_at=at, due_at=at + timedelta(seconds=200))


def bare(path: str, at: datetime) -> Callable[[], None]:
    """The same statements by hand: claim, update, journal line and reaction."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=20)
    connection.executescript("PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-16000;")
    text = at.replace(tzinfo=None).isoformat(" ")

    def work() -> None:
        connection.execute("BEGIN IMMEDIATE")
        rows = connection.execute(
            "SELECT c.id, c.conversation_id, v.customer_id FROM promises_clock c JOIN conversations_conversation v"
            " ON v.id = c.conversation_id WHERE c.state = 'running' AND c.wake_at <= ? ORDER BY c.wake_at, c.id LIMIT 200",
            [text],
        ).fetchall()
        for clock, conversation, customer in rows:
            connection.execute("UPDATE promises_clock SET warned = 1, wake_at = due_at WHERE id = ?", [clock])
            entry = connection.execute(
                "INSERT INTO journal_entry (at, kind, audience, customer_id, conversation_id, data)"
                " VALUES (?, 'clock.warned', 'staff', ?, ?, '{}')",
                [text, customer, conversation],
            ).lastrowid
            connection.execute(
                "INSERT INTO journal_reaction (entry_id, handler, state, attempts, due_at, error)"
                " VALUES (?, 'vigie.tickets.alarming.warned', 'waiting', 0, ?, '')",
                [entry, text],
            )
        connection.execute("COMMIT")

    return work


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clocks", type=int, default=100_000)
    parser.add_argument("--decided", type=int, default=1_000_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vigie-bench-") as folder:
        found(folder)
        now = datetime.now(UTC)
        fill(given.clocks, given.decided, now)
        from django.conf import settings
        from django.core.cache import cache
        from django.db import transaction

        from vigie.promises import clocks
        from vigie.promises.measured import measured
        from vigie.promises.sweep import sweep

        print(f"load {os.getloadavg()[0]:.2f}; {given.clocks:,} running clocks, {given.decided:,} decided")
        idle = median(sweep, 99)
        print(f"sweep with nothing due: {idle:.3f} ms")
        ours, hand = [], []
        by_hand = bare(str(settings.DATABASES["default"]["NAME"]), now)
        for _ in range(ROUNDS):
            make_due(now - timedelta(seconds=1))
            ours.append(median(sweep, 1))
            make_due(now - timedelta(seconds=1))
            hand.append(median(by_hand, 1))
        a, b = statistics.median(ours), statistics.median(hand)
        print(f"{DUE} clocks due at once: {a:.1f} ms ({DUE / a * 1000:,.0f}/s), bare sqlite3 {b:.1f} ms: {b / a:.2f} of its rate")

        def start() -> None:
            with transaction.atomic():
                for conversation in range(1, 101):
                    clocks.start(
                        conversation_id=conversation, kind="acknowledgement", channel="ticket", department_id="technical", priority="regular",
                        at=now,
                    )  # fmt: skip
                clocks.Clock.objects.filter(conversation_id__lte=100, kind="acknowledgement").delete()

        print(f"starting a clock: {median(start) / 100 * 1000:.0f} µs")

        def fresh() -> None:
            cache.clear()
            measured("ticket")

        print(f"figures, not cached: {median(fresh):.1f} ms; cached: {median(lambda: measured('ticket'), 99):.3f} ms")


if __name__ == "__main__":
    main()
