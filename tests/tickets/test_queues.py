"""The queue is one walk along an index: High first, then by what is due."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import worlds
from tests.conftest import Hold
from vigie.tickets import queues, tagging
from vigie.tickets.errors import NotAllowedError
from vigie.tickets.models import State

pytestmark = pytest.mark.django_db
PLACES = ["todo", "high", "unassigned", "mine", "waiting", "hold", "department:technical", "team:support", "solved", "closed"]


def test_high_first_then_by_due_then_what_is_owed_nothing(hold: Hold) -> None:
    hold("2026-11-24 13:40")
    first = worlds.ticket()
    answered_early, agent = worlds.ticket(), worlds.agent()
    hold.forward(minutes=1)
    second, answered_late, high = worlds.ticket(), worlds.ticket(), worlds.ticket(priority="high")
    worlds.reply(answered_early, agent)
    hold.forward(minutes=1)
    worlds.reply(answered_late, agent)
    rows = queues.rows(worlds.seen_by(agent), "todo")
    assert [row.id for row in rows] == [one.pk for one in (high, first, second, answered_early, answered_late)]


def test_page_by_page_gives_each_once() -> None:
    agent = worlds.seen_by(worlds.agent())
    made = {worlds.ticket(priority=["regular", "high"][n % 2]).pk for n in range(7)}
    seen: list[int] = []
    after = None
    while page := queues.rows(agent, "todo", after=after, limit=3):
        seen += [row.id for row in page]
        after = page[-1].cursor
    assert len(seen) == len(made)
    assert set(seen) == made
    assert seen == [row.id for row in queues.rows(agent, "todo")]


def test_done_ones_newest_first() -> None:
    agent = worlds.agent()
    made = [worlds.ticket() for _n in range(4)]
    for ticket in made:
        worlds.reply(ticket, agent, then=State.SOLVED)
    viewer = worlds.seen_by(agent)
    page = queues.rows(viewer, "solved", limit=3)
    assert [row.id for row in page] == [one.pk for one in reversed(made[1:])]
    assert [row.id for row in queues.rows(viewer, "solved", after=page[-1].cursor)] == [made[0].pk]


def test_a_row_tells_what_the_list_shows() -> None:
    agent = worlds.agent(name="Ana Silva")
    ticket = worlds.ticket(priority="high")
    viewer = worlds.seen_by(agent)
    tagging.tag(viewer=viewer, ticket=ticket, name="réseau")
    tagging.tag(viewer=viewer, ticket=ticket, name="disque")
    [row] = queues.rows(viewer, "todo")
    assert row.unread
    assert (row.number, row.customer, row.tags) == (ticket.number, ticket.conversation.customer.name, ("disque", "réseau"))
    assert row.service == ticket.service.name
    assert row.due_at == ticket.due_at
    worlds.reply(ticket, agent)
    assert not queues.rows(viewer, "todo")[0].unread


@pytest.mark.parametrize("after", ["", "x", "1_2_3", "0_2026-11-24T12:00:00+00:00_x", "9" * 50 + "_2026-11-24T12:00:00+00:00_1"])
def test_a_cursor_nobody_gave_is_the_first_page_or_none(after: str) -> None:
    worlds.ticket()
    assert len(queues.rows(worlds.seen_by(worlds.agent()), "todo", after=after)) in {0, 1}


def test_an_unknown_place_is_empty_and_customers_have_no_queue() -> None:
    ticket = worlds.ticket()
    assert queues.rows(worlds.seen_by(worlds.agent()), "nowhere:1; DROP TABLE x") == []
    with pytest.raises(NotAllowedError):
        queues.rows(worlds.seen_by(ticket.conversation.contact), "todo")
    with pytest.raises(NotAllowedError):
        queues.counts(worlds.seen_by(ticket.conversation.contact))


@pytest.mark.parametrize("place", PLACES)
def test_every_place_is_one_query_along_an_index_without_sorting(place: str) -> None:
    """On SQLite, where the plan is told in words; a sort or a scan would make the page slower with every ticket."""
    agent = worlds.agent(worlds.team())
    worlds.ticket()
    after = queues.rows(worlds.seen_by(agent), "todo")[0].cursor
    for cursor in (None, after):
        with CaptureQueriesContext(connection) as caught:
            queues.rows(worlds.seen_by(agent), place, after=cursor)
        assert len(caught) == 1
        if connection.vendor != "sqlite":
            continue
        with connection.cursor() as asked:
            asked.execute("EXPLAIN QUERY PLAN " + caught[0]["sql"])
            plan = [row[3] for row in asked.fetchall()]
        assert not [step for step in plan if "TEMP B-TREE" in step], plan
        walked = [step for step in plan if "INDEX ticket_" in step]
        assert len(walked) == 1, plan
        # From the index's beginning only for the first page of a whole queue.
        assert walked[0].startswith("SEARCH") or (cursor is None and place in {"todo", "unassigned"}), plan
        assert not [step for step in plan if step.startswith("SCAN") and step not in walked], plan
