"""The queue page's query at 10,000 and at 1,000,000 tickets (5 % open), and the last 50 of 200 messages of a ticket.

    python -m bench.queue [tickets]        wants: at most 1.3x the time, at most 12 ms and 15 ms CPU a page

CPU time of one process, the two databases in turn within each round, medians over the rounds.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.big import database, load

SMALL = 10_000
ROUNDS, CALLS = 15, 40
PLACES = ("todo", "mine", "unassigned", "department:technical", "waiting", "closed")


def main(tickets: int) -> None:
    folders = {"small": database(SMALL), "big": database(tickets)}
    os.environ["VIGIE_DATA"] = str(folders["small"])
    os.environ["DJANGO_SETTINGS_MODULE"] = "vigie.config.settings"
    import django

    django.setup()
    from vigie.people.access import Viewer
    from vigie.people.models import User
    from vigie.tickets import queues

    _use(folders["small"])
    viewer = Viewer(user=User.objects.get(pk=1))
    print(f"queue pages of 50 rows, ms of CPU, {SMALL} and {tickets} tickets; {load()}")
    worst = 0.0
    for place in PLACES:
        took: dict[str, list[float]] = {"small": [], "big": []}
        for _round in range(ROUNDS):
            for size, folder in folders.items():
                _use(folder)
                after = queues.rows(viewer, place)[-1].cursor
                took[size].append(_cpu(partial(queues.rows, viewer, place)) / 2 + _cpu(partial(queues.rows, viewer, place, after)) / 2)
        small, big = (statistics.median(took[size]) for size in ("small", "big"))
        worst = max(worst, big / small)
        print(f"  {place:22} {small:6.2f} {big:6.2f}   x{big / small:.2f}")
    print(f"worst ratio x{worst:.2f} (wanted: 1.3)")
    _use(folders["big"])
    print(f"last 50 of 200 messages: {_long_ticket(viewer):.2f} ms of CPU; {load()}")


def _long_ticket(viewer: object) -> float:
    """Reading what the ticket page shows of its conversation."""
    from vigie.conversations.models import Message

    with_rows = Message.objects.filter(conversation=7)
    if with_rows.count() < 200:
        first = with_rows.get(seq=1)
        Message.objects.bulk_create(
            Message(
                conversation_id=7, seq=seq, author="agent" if seq % 2 else "customer", user_id=1, author_name="Agent 1",
                channel="ticket", body=first.body * 4, html=first.html * 4, trust="verified", created_at=first.created_at,
            )
            for seq in range(2, 201)
        )  # fmt: skip

    def read() -> None:
        last = Message.objects.visible_to(viewer).filter(conversation=7).prefetch_related("attachments").order_by("-seq")[:50]  # type: ignore[arg-type]
        assert len(list(last)) == 50

    return _cpu(read)


def _cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    for _call in range(CALLS):
        work()
    return (time.process_time() - start) * 1000 / CALLS


def _use(folder: Path) -> None:
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = str(folder / "vigie.sqlite3")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
