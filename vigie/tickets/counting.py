"""Kept counts of the queues: updated by the verbs in the transaction of the change, never counted while somebody waits."""

from collections import Counter

from django.db import transaction

from vigie.kernel import sql
from vigie.tickets.models import ACTIVE, UNSOLVED, QueueCount, State, Ticket

_ADD = (
    "INSERT INTO tickets_queuecount (place, n) VALUES {rows} "
    "ON CONFLICT (place) DO UPDATE SET n = tickets_queuecount.n + excluded.n"
)


def places(ticket: Ticket) -> frozenset[str]:
    """Every place of the rail that shows this ticket, by the ticket's present fields."""
    found = set()
    if ticket.state in ACTIVE:
        found |= {"todo", f"department:{ticket.department_id}"}
        if ticket.urgency == 0:
            found.add("high")
        if ticket.assignee_id is None:
            found.add("unassigned")
        if ticket.team_id is not None:
            found.add(f"team:{ticket.team_id}")
    if ticket.state in {State.WAITING, State.HOLD}:
        found.add(str(ticket.state))
    if ticket.state in UNSOLVED and ticket.assignee_id is not None:
        found.add(f"mine:{ticket.assignee_id}")
    return frozenset(found)


def moved(before: frozenset[str], after: frozenset[str]) -> None:
    """Count a ticket out of the places it left and into those it came to. One statement, rows in one order (no deadlock)."""
    changed = sorted(before ^ after)
    if not changed:
        return
    values = [value for place in changed for value in (place, 1 if place in after else -1)]
    sql.change(_ADD.format(rows=", ".join(["(%s, %s)"] * len(changed))), values)


def counted() -> dict[str, int]:
    """The counts as they should be, from the tickets themselves. Reads every unsolved ticket: for repair and tests."""
    counts: Counter[str] = Counter()
    fields = ("conversation_id", "state", "department_id", "urgency", "assignee_id", "team_id")
    for ticket in Ticket.objects.filter(state__in=UNSOLVED).only(*fields).iterator(chunk_size=2000):
        counts.update(places(ticket))
    return dict(counts)


def repair() -> dict[str, int]:
    """Set every kept count right, whatever happened to it; returns what was wrong: place -> kept minus counted."""
    with transaction.atomic():
        kept = dict(QueueCount.objects.select_for_update().order_by("place").values_list("place", "n"))
        true = counted()
        wrong = {
            place: kept.get(place, 0) - true.get(place, 0)
            for place in sorted(kept.keys() | true.keys())
            if kept.get(place, 0) != true.get(place, 0)
        }
        for place in wrong:
            QueueCount.objects.update_or_create(place=place, defaults={"n": true.get(place, 0)})
    return wrong
