"""What agents do with a ticket: take it, hand it on, change its priority, promise an update, tag it; and what the customer rates."""

import uuid
from datetime import timedelta

import pytest

from tests import worlds
from tests.conftest import Hold
from vigie.conversations.models import Message
from vigie.journal.models import Audience, Entry
from vigie.kernel import clock
from vigie.promises.models import Clock, Kind, Priority
from vigie.tickets import assigning, committing, counting, escalating, prioritising, rating, routing, tagging, timeline
from vigie.tickets.errors import (
    BottomLevelError,
    DoneTicketError,
    EarlyRatingError,
    FarUpdateError,
    NobodyError,
    NotAllowedError,
    NoteError,
    PastUpdateError,
    RatingClosedError,
    ReasonError,
    SamePriorityError,
    ScoreError,
    TagError,
    TakenError,
    TeamError,
    TopLevelError,
)
from vigie.tickets.models import State, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket() -> Ticket:
    return worlds.ticket()


class TestAssigning:
    def test_who_claims_first_has_it_and_the_other_is_told_who(self, ticket: Ticket) -> None:
        first, second = worlds.agent(name="Ana Silva"), worlds.agent()
        assigning.claim(viewer=worlds.seen_by(first), ticket=ticket)
        assert (ticket.assignee, ticket.state) == (first, State.OPEN)
        with pytest.raises(TakenError, match="Ana Silva"):
            assigning.claim(viewer=worlds.seen_by(second), ticket=ticket)
        assigning.claim(viewer=worlds.seen_by(first), ticket=ticket)
        assert Entry.objects.filter(kind="ticket.assigned").count() == 1

    def test_it_is_given_and_put_back(self, ticket: Ticket) -> None:
        agent, other = worlds.agent(), worlds.agent()
        assigning.assign(viewer=worlds.seen_by(agent), ticket=ticket, assignee=other)
        assert ticket.assignee == other
        assigning.unassign(viewer=worlds.seen_by(agent), ticket=ticket)
        assert ticket.assignee is None
        assert counting.repair() == {}

    def test_only_active_staff_have_tickets(self, ticket: Ticket) -> None:
        viewer = worlds.seen_by(worlds.agent())
        for nobody in (worlds.contact(), worlds.agent(is_active=False)):
            with pytest.raises(NobodyError):
                assigning.assign(viewer=viewer, ticket=ticket, assignee=nobody)

    def test_customers_take_nothing(self, ticket: Ticket) -> None:
        with pytest.raises(NotAllowedError):
            assigning.claim(viewer=worlds.seen_by(ticket.conversation.contact), ticket=ticket)


class TestEscalating:
    def test_up_the_levels_with_a_note_and_down_again(self, ticket: Ticket) -> None:
        agent = worlds.agent()
        viewer = worlds.seen_by(agent)
        assigning.claim(viewer=viewer, ticket=ticket)
        due_at = ticket.due_at
        levels = []
        for _step in range(2):
            escalating.escalate(viewer=viewer, ticket=ticket, note="disque à remplacer")
            levels.append(ticket.team.level)
        assert levels == [2, 3]
        assert (ticket.assignee, ticket.due_at) == (None, due_at)
        with pytest.raises(TopLevelError):
            escalating.escalate(viewer=viewer, ticket=ticket, note="encore")
        for _step in range(2):
            escalating.hand_back(viewer=viewer, ticket=ticket, note="remplacé")
        assert escalating.level_of(ticket) == 1
        assert Message.objects.filter(conversation=ticket.pk, is_note=True).count() == 4
        assert counting.repair() == {}

    def test_from_the_lowest_level_nothing_goes_back(self, ticket: Ticket) -> None:
        with pytest.raises(BottomLevelError):
            escalating.hand_back(viewer=worlds.seen_by(worlds.agent()), ticket=ticket, note="x")

    def test_only_to_a_team_that_serves_the_department(self, ticket: Ticket) -> None:
        viewer = worlds.seen_by(worlds.agent())
        with pytest.raises(TeamError):
            escalating.escalate(viewer=viewer, ticket=ticket, note="x", team=worlds.team("billing"))
        with pytest.raises(TeamError):
            escalating.escalate(viewer=viewer, ticket=ticket, note="x", team=worlds.team("support"))
        escalating.escalate(viewer=viewer, ticket=ticket, note="x", team=worlds.team("sysadmin"))
        assert ticket.team == worlds.team("sysadmin")

    def test_a_note_is_needed_and_a_refusal_leaves_none(self, ticket: Ticket) -> None:
        viewer = worlds.seen_by(worlds.agent())
        with pytest.raises(NoteError):
            escalating.escalate(viewer=viewer, ticket=ticket, note=" ")
        with pytest.raises(TeamError):
            escalating.escalate(viewer=viewer, ticket=ticket, note="x", team=worlds.team("billing"))
        assert not Message.objects.filter(is_note=True).exists()


class TestPriority:
    def test_high_is_due_from_now_on_and_never_later(self, hold: Hold) -> None:
        from vigie.promises.models import Promise

        Promise.objects.create(channel="ticket", kind=Kind.FIRST_REPLY, priority=Priority.HIGH, aim=120, limit=300)
        hold("2026-11-24 13:40")
        early, late = worlds.ticket(), worlds.ticket()
        viewer = worlds.seen_by(worlds.agent())
        hold.forward(minutes=2)
        prioritising.change_priority(viewer=viewer, ticket=early, priority="high", reason="panne totale")
        assert early.due_at == hold.at + timedelta(minutes=5)
        hold.forward(minutes=6)
        before = late.due_at
        prioritising.change_priority(viewer=viewer, ticket=late, priority="high", reason="panne totale")
        assert late.due_at == before
        assert late.urgency == 0
        prioritising.change_priority(viewer=viewer, ticket=late, priority="regular", reason="rétabli")
        assert (late.due_at, late.urgency) == (before, 1)
        assert counting.repair() == {}

    def test_the_customer_sees_the_reason(self, ticket: Ticket) -> None:
        prioritising.change_priority(
            viewer=worlds.seen_by(worlds.agent()), ticket=ticket, priority="high", reason="  panne\n totale "
        )
        seen = timeline.of(worlds.seen_by(ticket.conversation.contact), ticket)
        assert "panne totale" in [one.note for one in seen]

    def test_a_reason_is_needed_and_a_change(self, ticket: Ticket) -> None:
        viewer = worlds.seen_by(worlds.agent())
        with pytest.raises(ReasonError):
            prioritising.change_priority(viewer=viewer, ticket=ticket, priority="high", reason=" ")
        with pytest.raises(SamePriorityError):
            prioritising.change_priority(viewer=viewer, ticket=ticket, priority="regular", reason="x")
        with pytest.raises(NotAllowedError):
            prioritising.change_priority(
                viewer=worlds.seen_by(ticket.conversation.contact), ticket=ticket, priority="high", reason="x"
            )


class TestNextUpdate:
    def test_the_promise_has_a_clock_and_the_customer_sees_it(self, hold: Hold) -> None:
        hold("2026-11-24 13:40")
        ticket, agent = worlds.ticket(), worlds.agent()
        worlds.reply(ticket, agent)
        due_at = hold.at + timedelta(hours=3)
        committing.promise_update(viewer=worlds.seen_by(agent), ticket=ticket, due_at=due_at, note="pièce commandée")
        assert ticket.due_at == due_at
        [told] = [one for one in timeline.of(worlds.seen_by(ticket.conversation.contact), ticket) if one.due]
        assert (told.due, told.note) == (due_at, "pièce commandée")

    def test_it_answers_nothing(self, ticket: Ticket) -> None:
        before = ticket.due_at
        committing.promise_update(
            viewer=worlds.seen_by(worlds.agent()), ticket=ticket, due_at=clock.now() + timedelta(hours=3), note=""
        )
        assert ticket.due_at == before
        assert Clock.objects.get(conversation=ticket.pk, kind=Kind.FIRST_REPLY).answered_at is None

    def test_only_in_the_future_but_not_for_ever(self, ticket: Ticket) -> None:
        viewer, now = worlds.seen_by(worlds.agent()), clock.now()
        with pytest.raises(PastUpdateError):
            committing.promise_update(viewer=viewer, ticket=ticket, due_at=now - timedelta(seconds=1))
        with pytest.raises(FarUpdateError):
            committing.promise_update(viewer=viewer, ticket=ticket, due_at=now + timedelta(days=31))


class TestDepartment:
    def test_a_team_that_does_not_serve_it_loses_the_ticket(self, ticket: Ticket) -> None:
        agent = worlds.agent()
        viewer = worlds.seen_by(agent)
        escalating.escalate(viewer=viewer, ticket=ticket, note="x", team=worlds.team("datacentre"))
        assigning.claim(viewer=viewer, ticket=ticket)
        routing.change_department(viewer=viewer, ticket=ticket, department=worlds.financial())
        assert (ticket.team, ticket.assignee, ticket.department.code) == (None, None, "financial")
        assert counting.repair() == {}


class TestRating:
    def test_once_changeable_for_a_day(self, hold: Hold) -> None:
        hold("2026-11-24 13:40")
        ticket, agent = worlds.ticket(), worlds.agent()
        customer = worlds.seen_by(ticket.conversation.contact)
        with pytest.raises(EarlyRatingError):
            rating.rate(viewer=customer, ticket=ticket, score=5)
        worlds.reply(ticket, agent, then=State.SOLVED)
        rating.rate(viewer=customer, ticket=ticket, score=4, comment=" bien ")
        hold.forward(hours=23)
        rating.rate(viewer=customer, ticket=ticket, score=5, comment="très bien")
        assert (ticket.score, ticket.score_comment, ticket.scored_at) == (5, "très bien", hold.at - timedelta(hours=23))
        hold.forward(hours=2)
        with pytest.raises(RatingClosedError):
            rating.rate(viewer=customer, ticket=ticket, score=1)
        rating.rate(viewer=customer, ticket=ticket, score=5, comment="très bien")  # the same again is no change

    def test_only_the_customer_and_only_stars(self, ticket: Ticket) -> None:
        worlds.reply(ticket, worlds.agent(), then=State.SOLVED)
        for who in (worlds.agent(), worlds.contact()):
            with pytest.raises(NotAllowedError):
                rating.rate(viewer=worlds.seen_by(who), ticket=ticket, score=5)
        for score in (0, 6):
            with pytest.raises(ScoreError):
                rating.rate(viewer=worlds.seen_by(ticket.conversation.contact), ticket=ticket, score=score)


class TestTags:
    def test_kept_in_lower_case_once_and_for_staff(self, ticket: Ticket) -> None:
        viewer = worlds.seen_by(worlds.agent())
        assert tagging.tag(viewer=viewer, ticket=ticket, name=" #Panne Réseau ") == "panne-réseau"
        tagging.tag(viewer=viewer, ticket=ticket, name="panne-réseau")
        assert tagging.used("panne") == ["panne-réseau"]
        tagging.untag(viewer=viewer, ticket=ticket, name="panne-réseau")
        tagging.untag(viewer=viewer, ticket=ticket, name="panne-réseau")
        lines = Entry.objects.filter(kind="ticket.tagged")
        assert [line.audience for line in lines] == [Audience.STAFF] * 2

    @pytest.mark.parametrize("name", ["", "#", "a,b", "x" * 41, "<b>", "-a"])
    def test_what_is_no_tag_is_refused(self, ticket: Ticket, name: str) -> None:
        with pytest.raises(TagError):
            tagging.tag(viewer=worlds.seen_by(worlds.agent()), ticket=ticket, name=name)

    def test_twenty_are_enough(self, ticket: Ticket) -> None:
        viewer = worlds.seen_by(worlds.agent())
        for number in range(20):
            tagging.tag(viewer=viewer, ticket=ticket, name=f"t{number}")
        with pytest.raises(TagError):
            tagging.tag(viewer=viewer, ticket=ticket, name="t20")


def test_a_done_ticket_is_opened_before_it_is_worked_on(ticket: Ticket) -> None:
    agent = worlds.lead()
    viewer = worlds.seen_by(agent)
    worlds.reply(ticket, agent, then=State.SOLVED)
    with pytest.raises(DoneTicketError):
        escalating.escalate(viewer=viewer, ticket=ticket, note="x", client_key=uuid.uuid4())
    with pytest.raises(DoneTicketError):
        prioritising.change_priority(viewer=viewer, ticket=ticket, priority="high", reason="x")
    with pytest.raises(DoneTicketError):
        committing.promise_update(viewer=viewer, ticket=ticket, due_at=clock.now() + timedelta(hours=1))


class TestTimeline:
    def test_customers_read_nothing_that_is_the_staffs(self, ticket: Ticket) -> None:
        agent = worlds.agent()
        viewer = worlds.seen_by(agent)
        assigning.claim(viewer=viewer, ticket=ticket)
        tagging.tag(viewer=viewer, ticket=ticket, name="vip")
        escalating.escalate(viewer=viewer, ticket=ticket, note="secret")
        seen = timeline.of(worlds.seen_by(ticket.conversation.contact), ticket)
        assert {one.kind for one in seen} == {"ticket.opened", "ticket.state_changed"}
        assert not any(one.staff_only for one in seen)
        assert {"ticket.assigned", "ticket.tagged", "ticket.escalated"} <= {one.kind for one in timeline.of(viewer, ticket)}

    def test_strangers_read_nothing(self, ticket: Ticket) -> None:
        assert timeline.of(worlds.seen_by(worlds.contact()), ticket) == []
