"""Finding tickets by words of their messages or by number: what the viewer may see, newest message first."""

from vigie.conversations.finding import find
from vigie.conversations.models import Message
from vigie.people.access import Viewer
from vigie.tickets.models import Ticket
from vigie.tickets.models.ticket import TicketSet

BATCH = 100
MOST_BATCHES = 10


def found(viewer: Viewer, query: str, *, before: int | None, limit: int) -> tuple[list[Ticket], int | None]:
    """Tickets that hold every word, each once on a page, and the message id to go on before (None: that was all).

    A page may hold fewer than `limit`, or none, where what is asked takes long to find: the rest is found by going on.

    `#4821` and `4821` also find the ticket of that number, first. The index knows customers, not departments, so what it
    finds passes `visible_to` once more.
    """
    rows: dict[int, Ticket] = {}
    number = query.strip().removeprefix("#")
    if before is None and number.isdecimal() and len(number) < 19:
        for ticket in _visible(viewer).filter(number=int(number)):
            rows[ticket.pk] = ticket
    for _ in range(MOST_BATCHES):
        ids, further = find(query, customer_ids=list(viewer.acts_for), notes=False, before_id=before, limit=BATCH)
        owners = dict(Message.objects.visible_to(viewer).filter(id__in=ids).values_list("id", "conversation_id"))
        tickets = _visible(viewer).in_bulk({owner for owner in owners.values() if owner not in rows})
        for message_id in ids:
            if len(rows) >= limit and owners.get(message_id) not in rows:
                return list(rows.values()), message_id + 1
            if owners.get(message_id) in tickets:
                rows.setdefault(owners[message_id], tickets[owners[message_id]])
        before = further
        if further is None or len(ids) < BATCH:  # that was all, or the time of a search is over
            break
    return list(rows.values()), before


def _visible(viewer: Viewer) -> TicketSet:
    return Ticket.objects.visible_to(viewer).select_related("conversation", "service", "assignee")
