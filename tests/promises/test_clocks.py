"""A promise on a conversation: started, met, broken, paused, resumed, replaced."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from tests import worlds
from tests.conftest import Hold
from vigie.conversations.models import Author, Conversation
from vigie.journal.models import Entry
from vigie.promises import clocks, policy
from vigie.promises.errors import FarCommitmentError, PastCommitmentError
from vigie.promises.models import Clock, ClockState, Kind, Priority, Promise
from vigie.promises.sweep import sweep

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def started(conversation: Conversation, at: datetime, kind: str = Kind.FIRST_REPLY, priority: str = "regular") -> Clock:
    clock = clocks.start(
        conversation_id=conversation.pk,
        kind=kind,
        channel=conversation.channel,
        department_id="technical",
        priority=priority,
        at=at,
    )
    assert clock is not None
    return clock


def test_a_ticket_is_answered_within_ten_minutes_at_any_hour(hold: Hold) -> None:
    at = hold("2026-12-25 03:00")
    clock = started(worlds.conversation(), at)
    clock.refresh_from_db()
    assert clock.due_at == at + timedelta(minutes=10)
    assert clock.wake_at == at + timedelta(minutes=5)


def test_mail_is_aimed_at_fifteen_minutes_and_limited_to_thirty(hold: Hold) -> None:
    at = hold("2026-11-24 13:40")
    clock = started(worlds.conversation(channel="mail"), at)
    assert clock.aim_at == at + timedelta(minutes=15)
    assert clock.due_at == at + timedelta(minutes=30)


def test_starting_twice_keeps_the_first(hold: Hold) -> None:
    conversation = worlds.conversation()
    first = started(conversation, hold("2026-11-24 13:40"))
    second = started(conversation, hold.forward(minutes=3))
    assert (second.pk, second.due_at) == (first.pk, first.due_at)


def test_without_a_promise_no_clock_runs(hold: Hold) -> None:
    Promise.objects.all().delete()
    at = hold("2026-11-24 13:40")
    conversation = worlds.conversation()
    with transaction.atomic():
        found = clocks.start(
            conversation_id=conversation.pk,
            kind=Kind.FIRST_REPLY,
            channel="ticket",
            department_id=None,
            priority="high",
            at=at,
        )
    assert found is None
    assert clocks.earliest_due(conversation.pk) is None


def test_a_promise_in_working_time_is_due_the_next_working_day(hold: Hold) -> None:
    office = worlds.calendar()
    Promise.objects.create(
        channel="ticket", kind=Kind.FIRST_REPLY, department_id="technical", aim=3600, limit=4 * 3600, calendar=office
    )
    clock = started(worlds.conversation(), hold("2026-11-20 17:00"))
    assert clock.due_at == datetime(2026, 11, 23, 12, tzinfo=PARIS)
    assert clock.wake_at == datetime(2026, 11, 23, 10, tzinfo=PARIS)


def test_a_reply_in_time_meets_it(hold: Hold) -> None:
    conversation = worlds.conversation()
    started(conversation, hold("2026-11-24 13:40"))
    clock = clocks.meet(conversation_id=conversation.pk, kind=Kind.FIRST_REPLY, at=hold.forward(minutes=6))
    assert clock is not None
    clock.refresh_from_db()
    assert (clock.state, clock.took, clock.answered_at) == (ClockState.MET, 360, hold.at)
    assert Entry.objects.filter(kind="clock.met", conversation_id=conversation.pk, audience="staff").count() == 1
    assert clocks.running_of(conversation.pk) == []


def test_a_reply_at_the_very_instant_is_in_time(hold: Hold) -> None:
    conversation = worlds.conversation()
    started(conversation, hold("2026-11-24 13:40"))
    clock = clocks.meet(conversation_id=conversation.pk, kind=Kind.FIRST_REPLY, at=hold.forward(minutes=10))
    assert clock is not None
    assert clock.state == ClockState.MET


@pytest.mark.parametrize("author", [Author.AUTO, Author.CUSTOMER])
@pytest.mark.parametrize("kind", [Kind.FIRST_REPLY, Kind.NEXT_UPDATE])
def test_only_a_person_of_the_staff_meets_a_reply(hold: Hold, author: str, kind: str) -> None:
    conversation = worlds.conversation()
    at = hold("2026-11-24 13:40")
    if kind == Kind.NEXT_UPDATE:
        clocks.commit(conversation_id=conversation.pk, due_at=at + timedelta(hours=1), by=None, note="", at=at)
    else:
        started(conversation, at)
    assert clocks.meet(conversation_id=conversation.pk, kind=kind, at=hold.forward(minutes=1), author=author) is None
    assert clocks.running_of(conversation.pk)[0].state == ClockState.RUNNING


def test_vigie_itself_meets_the_acknowledgement(hold: Hold) -> None:
    conversation = worlds.conversation()
    started(conversation, hold("2026-11-24 13:40"), Kind.ACKNOWLEDGEMENT)
    found = clocks.meet(
        conversation_id=conversation.pk, kind=Kind.ACKNOWLEDGEMENT, at=hold.forward(seconds=2), author=Author.AUTO
    )
    assert found is not None
    assert found.state == ClockState.MET


def test_broken_stays_broken_when_the_answer_comes_late(hold: Hold) -> None:
    conversation = worlds.conversation()
    due = started(conversation, hold("2026-11-24 13:40")).due_at
    hold.forward(minutes=11)
    sweep()
    assert clocks.earliest_due(conversation.pk) == due
    clock = clocks.meet(conversation_id=conversation.pk, kind=Kind.FIRST_REPLY, at=hold.forward(minutes=9))
    assert clock is not None
    clock.refresh_from_db()
    assert (clock.state, clock.took) == (ClockState.BROKEN, 20 * 60)
    assert clocks.earliest_due(conversation.pk) is None


def test_a_late_answer_before_the_sweep_breaks_it_all_the_same(hold: Hold) -> None:
    conversation = worlds.conversation()
    started(conversation, hold("2026-11-24 13:40"))
    clock = clocks.meet(conversation_id=conversation.pk, kind=Kind.FIRST_REPLY, at=hold.forward(minutes=10, seconds=1))
    assert clock is not None
    clock.refresh_from_db()
    assert (clock.state, clock.took) == (ClockState.BROKEN, 601)
    assert Entry.objects.filter(kind="clock.broken").count() == 1
    assert sweep() == 0


def test_a_pause_keeps_the_working_time_left(hold: Hold) -> None:
    office = worlds.calendar()
    Promise.objects.create(
        channel="ticket", kind=Kind.FIRST_REPLY, department_id="technical", aim=3600, limit=2 * 3600, calendar=office
    )
    conversation = worlds.conversation()
    started(conversation, hold("2026-11-24 17:30"))
    clocks.pause(conversation_id=conversation.pk, at=hold("2026-11-24 20:00"))  # closed: nothing more has run
    assert clocks.running_of(conversation.pk)[0].paused_left == 5400
    assert clocks.earliest_due(conversation.pk) is None
    assert sweep(at=hold("2026-11-27 12:00")) == 0
    clocks.resume(conversation_id=conversation.pk, at=hold("2026-11-27 17:00"))
    clock = clocks.running_of(conversation.pk)[0]
    assert clock.due_at == datetime(2026, 11, 30, 9, 30, tzinfo=PARIS)
    assert clock.aim_at == datetime(2026, 11, 27, 17, 30, tzinfo=PARIS)
    assert clock.wake_at == datetime(2026, 11, 27, 17, 30, tzinfo=PARIS)
    met = clocks.meet(conversation_id=conversation.pk, kind=Kind.FIRST_REPLY, at=hold("2026-11-30 09:10"))
    assert met is not None
    assert met.took == 1800 + 3600 + 600


def test_what_is_due_is_broken_not_paused(hold: Hold) -> None:
    conversation = worlds.conversation()
    started(conversation, hold("2026-11-24 13:40"))
    clocks.pause(conversation_id=conversation.pk, at=hold.forward(minutes=10))
    sweep()
    assert clocks.running_of(conversation.pk)[0].state == ClockState.BROKEN


def test_a_new_commitment_replaces_the_earlier_one(hold: Hold) -> None:
    conversation, agent = worlds.conversation(), worlds.agent()
    at = hold("2026-11-24 13:40")
    first = clocks.commit(
        conversation_id=conversation.pk, due_at=at + timedelta(hours=1), by=agent, note="Disque", at=at
    )
    second = clocks.commit(conversation_id=conversation.pk, due_at=at + timedelta(hours=2), by=agent, note="", at=at)
    first.refresh_from_db()
    assert first.state == ClockState.DROPPED
    assert [clock.pk for clock in clocks.running_of(conversation.pk)] == [second.pk]
    assert second.wake_at == at + timedelta(hours=1)


def test_a_commitment_by_vigie_leaves_the_broken_one_unanswered(hold: Hold) -> None:
    conversation, agent = worlds.conversation(), worlds.agent()
    at = hold("2026-11-24 13:40")
    clocks.commit(conversation_id=conversation.pk, due_at=at + timedelta(minutes=30), by=agent, note="", at=at)
    late = hold.forward(minutes=31)
    sweep()
    clocks.commit(conversation_id=conversation.pk, due_at=late + timedelta(minutes=30), by=None, note="", at=late)
    assert clocks.earliest_due(conversation.pk) == at + timedelta(minutes=30)
    clocks.commit(conversation_id=conversation.pk, due_at=late + timedelta(minutes=40), by=agent, note="", at=late)
    assert clocks.earliest_due(conversation.pk) == late + timedelta(minutes=40)


def test_a_commitment_lies_in_the_near_future(hold: Hold) -> None:
    conversation, at = worlds.conversation(), hold("2026-11-24 13:40")
    with pytest.raises(PastCommitmentError):
        clocks.commit(conversation_id=conversation.pk, due_at=at, by=None, note="", at=at)
    with pytest.raises(FarCommitmentError):
        clocks.commit(conversation_id=conversation.pk, due_at=at + timedelta(days=91), by=None, note="", at=at)


def test_dropping_ends_the_wait(hold: Hold) -> None:
    conversation = worlds.conversation()
    started(conversation, hold("2026-11-24 13:40"))
    hold.forward(minutes=11)
    sweep()
    clocks.commit(conversation_id=conversation.pk, due_at=hold.at + timedelta(hours=1), by=None, note="", at=hold.at)
    clocks.drop(conversation_id=conversation.pk, at=hold.at)
    assert clocks.running_of(conversation.pk) == []
    assert clocks.earliest_due(conversation.pk) is None
    assert [clock.state for clock in clocks.all_of(conversation.pk)] == [ClockState.BROKEN, ClockState.DROPPED]


def test_a_raised_priority_hastens_and_a_lowered_one_never_delays(hold: Hold) -> None:
    Promise.objects.create(channel="ticket", kind=Kind.FIRST_REPLY, priority=Priority.HIGH, aim=180, limit=180)
    conversation = worlds.conversation()
    started(conversation, hold("2026-11-24 13:40"))
    hold.forward(minutes=2)
    for priority in (Priority.HIGH, Priority.REGULAR):
        clocks.hasten(conversation_id=conversation.pk, department_id="technical", priority=priority, at=hold.at)
        assert clocks.earliest_due(conversation.pk) == hold.at + timedelta(minutes=3)
    met = clocks.meet(conversation_id=conversation.pk, kind=Kind.FIRST_REPLY, at=hold.forward(minutes=1))
    assert met is not None
    assert met.took == 180


def test_starting_a_clock_costs_two_statements(hold: Hold, django_assert_num_queries: object) -> None:
    conversation, at = worlds.conversation(), hold("2026-11-24 13:40")
    with django_assert_num_queries(2):  # type: ignore[operator]
        started(conversation, at)


def test_the_policy_in_force_is_the_most_specific() -> None:
    def limit(department: str, priority: str) -> int:
        terms = policy.promise_for(channel="ticket", kind=Kind.FIRST_REPLY, department_id=department, priority=priority)
        assert terms is not None
        return terms.limit

    def add(limit: int, department: str | None, priority: str) -> None:
        Promise.objects.create(
            channel="ticket", kind=Kind.FIRST_REPLY, department_id=department, priority=priority, aim=limit, limit=limit
        )

    assert limit("technical", "high") == 600
    add(300, None, "high")
    assert (limit("technical", "high"), limit("technical", "regular")) == (300, 600)
    add(400, "technical", "")
    assert (limit("technical", "high"), limit("financial", "high")) == (400, 300)
    add(120, "technical", "high")
    assert (limit("technical", "high"), limit("technical", "regular")) == (120, 400)
