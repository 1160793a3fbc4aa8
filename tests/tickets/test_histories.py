"""Random histories: kept counts equal counted ones, places in the queue are true, and nothing crosses between customers."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests import worlds
from vigie.conversations.errors import ConversationError
from vigie.conversations.finding import find
from vigie.conversations.models import Conversation, Message
from vigie.kernel import clock
from vigie.people.access import NOBODY
from vigie.people.models import ContactRole, User
from vigie.promises import sweep
from vigie.tickets import (
    assigning,
    closing,
    committing,
    counting,
    due,
    escalating,
    moving,
    prioritising,
    queues,
    replying,
    routing,
    timeline,
)
from vigie.tickets.errors import TicketError
from vigie.tickets.models import ACTIVE, State, Ticket

DEEDS = {
    *("open", "high", "reply", "answer", "note", "claim", "assign", "unassign", "escalate", "back", "priority", "update"),
    *("department", "state", "solve", "close", "later"),
}
deeds = st.lists(
    st.tuples(
        st.sampled_from(
            sorted(DEEDS)
        ),
        st.integers(0, 3),
        st.integers(0, 5),
    ),
    max_size=25,
)
START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class World:
    """Two customers with all roles, two agents; every deed is tried, and what is refused changes nothing."""

    def __init__(self) -> None:
        self.agents = [worlds.agent(), worlds.lead()]
        self.customers = [worlds.customer(), worlds.customer()]
        self.contacts = {whose.pk: [worlds.contact(whose, role) for role in ContactRole.values] for whose in self.customers}
        self.at = START

    def run(self, history: list[tuple[str, int, int]]) -> None:
        for deed, which, how in history:
            with clock.held_at(self.at):
                try:
                    self.do(deed, which, how)
                except (TicketError, ConversationError):
                    continue
                finally:
                    self.at += timedelta(seconds=37)

    def do(self, deed: str, which: int, how: int) -> None:  # noqa: C901, PLR0912  one case a deed
        staff = worlds.seen_by(self.agents[how % 2])
        whose = self.customers[which % 2]
        who: User = self.contacts[whose.pk][how % 3]
        if deed in {"open", "high"}:
            department = worlds.financial() if how >= 3 else worlds.technical()
            priority = "high" if deed == "high" else "regular"
            worlds.ticket(by=who, of=whose, department=department, priority=priority, body=f"mot{whose.pk}")
            return
        if deed == "later":
            self.at += timedelta(days=how * 4, minutes=how)
            with clock.held_at(self.at):
                sweep.sweep()
                closing.close_solved()
            return
        tickets = list(Ticket.objects.select_related("conversation").order_by("pk"))
        if not tickets:
            return
        ticket = tickets[which % len(tickets)]
        key: Any = uuid.uuid4()
        match deed:
            case "reply":
                worlds.reply(ticket, self.contacts[ticket.conversation.customer_id or 0][how % 3], body="suite")
            case "answer":
                then = [None, State.WAITING, State.HOLD, State.SOLVED, None, State.OPEN][how]
                worlds.reply(ticket, self.agents[how % 2], then=then)
            case "note":
                replying.note(viewer=staff, ticket=ticket, body="secretdenote", client_key=key)
            case "claim":
                assigning.claim(viewer=staff, ticket=ticket)
            case "assign":
                assigning.assign(viewer=staff, ticket=ticket, assignee=self.agents[which % 2])
            case "unassign":
                assigning.unassign(viewer=staff, ticket=ticket)
            case "escalate":
                escalating.escalate(viewer=staff, ticket=ticket, note="secretdenote")
            case "back":
                escalating.hand_back(viewer=staff, ticket=ticket, note="secretdenote")
            case "priority":
                prioritising.change_priority(viewer=staff, ticket=ticket, priority=["high", "regular"][how % 2], reason="x")
            case "update":
                committing.promise_update(viewer=staff, ticket=ticket, due_at=self.at + timedelta(hours=how + 1))
            case "department":
                routing.change_department(
                    viewer=staff, ticket=ticket, department=[worlds.technical(), worlds.financial()][how % 2]
                )
            case "state":
                moving.move(viewer=staff, ticket=ticket, to=State.values[how])
            case "solve":
                moving.move(viewer=worlds.seen_by(who), ticket=ticket, to=State.SOLVED)
            case "close":
                moving.move(viewer=staff, ticket=ticket, to=State.CLOSED)


few = settings(max_examples=25, suppress_health_check=list(HealthCheck))


class Histories(TestCase):
    @few
    @given(deeds)
    def test_kept_counts_equal_counted_ones(self, history: list[tuple[str, int, int]]) -> None:
        world = World()
        world.run(history)
        assert counting.repair() == {}
        seen = queues.counts(worlds.seen_by(world.agents[0]))
        for place in ("todo", "high", "unassigned", "waiting", "hold", "mine", "department:technical", "department:financial"):
            assert seen[place] == len(queues.rows(worlds.seen_by(world.agents[0]), place))

    @few
    @given(deeds)
    def test_every_ticket_stands_where_its_clocks_say(self, history: list[tuple[str, int, int]]) -> None:
        world = World()
        world.run(history)
        for ticket in Ticket.objects.select_related("conversation"):
            assert ticket.due_at == due.owed(ticket.pk)
            assert ticket.queue_at == due.place_in_queue(ticket.due_at, ticket.conversation.updated_at)
            assert ticket.urgency == (0 if ticket.priority == "high" else 1)
            assert (ticket.solved_at is not None) == (ticket.state in {State.SOLVED, State.CLOSED})
            numbers = list(Message.objects.filter(conversation=ticket.pk).order_by("seq").values_list("seq", flat=True))
            assert numbers == list(range(1, ticket.conversation.last_seq + 1))
        rows = queues.rows(worlds.seen_by(world.agents[0]), "todo")
        assert [row.id for row in rows] == [
            ticket.pk
            for ticket in sorted(
                Ticket.objects.filter(state__in=ACTIVE), key=lambda one: (one.urgency, one.queue_at, one.pk)
            )
        ]

    @few
    @given(deeds)
    def test_nothing_crosses_between_customers_and_no_note_leaks(self, history: list[tuple[str, int, int]]) -> None:
        world = World()
        world.run([("open", 0, 0), ("open", 1, 3), ("note", 0, 0), ("note", 1, 1), *history])
        for whose in world.customers:
            for who in world.contacts[whose.pk]:
                self.check(who, whose.pk, worlds.seen_by(who).acts_for[whose.pk])

    def check(self, who: User, customer: int, role: str) -> None:
        viewer = worlds.seen_by(who)
        expected = set()
        for ticket in Ticket.objects.select_related("conversation"):
            if ticket.conversation.customer_id != customer:
                continue
            own = ticket.conversation.contact_id == who.pk
            shown = {"owner": True, "technical": ticket.department_id != "financial", "billing": ticket.department_id == "financial"}
            if own or shown[role]:
                expected.add(ticket.pk)
        assert set(Ticket.objects.visible_to(viewer).values_list("pk", flat=True)) == expected
        assert set(Conversation.objects.visible_to(viewer).values_list("pk", flat=True)) == expected
        messages = Message.objects.visible_to(viewer)
        assert {one.conversation_id for one in messages} == expected
        assert not messages.filter(is_note=True).exists()
        for ticket in Ticket.objects.select_related("conversation"):
            told = timeline.of(viewer, ticket)
            assert bool(told) == (ticket.pk in expected)
            assert not any("secretdenote" in f"{one.text}{one.note}" for one in told)
            assert "secretdenote" not in ticket.snippet
        mine = {"customer_ids": list(viewer.acts_for), "notes": False}
        assert find("secretdenote", **mine).ids == []  # type: ignore[arg-type]
        found = Message.objects.filter(pk__in=find("mot suite", **mine).ids)  # type: ignore[arg-type]
        assert all(one.conversation.customer_id == customer for one in found)


@pytest.mark.django_db
def test_nobody_sees_nothing() -> None:
    worlds.ticket()
    for model in (Ticket, Conversation, Message):
        assert not model.objects.visible_to(NOBODY).exists()
