"""Answers, notes, waiting, reopening and the follow-up."""

import uuid
from datetime import timedelta

import pytest

from tests import worlds
from tests.conftest import Hold
from vigie.conversations.models import Author, Draft, Message, Trust
from vigie.journal.models import Audience, Entry
from vigie.kernel import clock
from vigie.people.models import Provider
from vigie.promises.models import Clock, ClockState, Kind, Priority
from vigie.tickets import counting, moving, replying
from vigie.tickets.closing import close_solved
from vigie.tickets.errors import (
    ClosedTicketError,
    MoveError,
    NewerMessagesError,
    NotAllowedError,
    UnansweredError,
)
from vigie.tickets.models import State, Ticket

pytestmark = pytest.mark.django_db


def clock_of(ticket: Ticket, kind: str = Kind.FIRST_REPLY) -> Clock:
    return Clock.objects.filter(conversation=ticket.pk, kind=kind).latest("id")


def test_a_persons_answer_meets_the_first_reply() -> None:
    ticket, agent = worlds.ticket(), worlds.agent()
    message = worlds.reply(ticket, agent)
    assert (message.seq, message.author, ticket.state) == (2, Author.AGENT, State.OPEN)
    assert clock_of(ticket).state == ClockState.MET
    assert ticket.due_at is None


def test_the_same_key_is_the_same_answer() -> None:
    ticket, agent, key = worlds.ticket(), worlds.agent(), uuid.uuid4()
    first = worlds.reply(ticket, agent, client_key=key)
    again = worlds.reply(ticket, agent, body="autre", client_key=key)
    assert (again.pk, again.is_repeat) == (first.pk, True)
    assert Message.objects.count() == 2


def test_waiting_pauses_and_the_customers_reply_lets_the_clocks_go_on(hold: Hold) -> None:
    hold("2026-11-24 13:40")
    ticket, agent = worlds.ticket(), worlds.agent()
    worlds.reply(ticket, agent)
    from vigie.tickets.committing import promise_update

    promise_update(viewer=worlds.seen_by(agent), ticket=ticket, due_at=hold.at + timedelta(hours=2))
    worlds.reply(ticket, agent, then=State.WAITING)
    assert ticket.state == State.WAITING
    promise_update(viewer=worlds.seen_by(agent), ticket=ticket, due_at=hold.at + timedelta(hours=2))
    moving.move(viewer=worlds.seen_by(agent), ticket=ticket, to=State.WAITING)
    assert clock_of(ticket, Kind.NEXT_UPDATE).state == ClockState.PAUSED
    assert ticket.due_at is None
    hold.forward(hours=5)
    worlds.reply(ticket, ticket.conversation.contact)
    assert ticket.state == State.OPEN
    assert ticket.due_at == hold.at + timedelta(hours=2)


def test_a_note_is_seen_by_staff_alone_and_meets_nothing() -> None:
    ticket, agent = worlds.ticket(), worlds.agent()
    note = replying.note(viewer=worlds.seen_by(agent), ticket=ticket, body="client pénible", client_key=uuid.uuid4())
    assert note.is_note
    assert clock_of(ticket).state == ClockState.RUNNING
    customer = worlds.seen_by(ticket.conversation.contact)
    assert list(Message.objects.visible_to(customer).values_list("seq", flat=True)) == [1]
    assert ticket.conversation.last_public_seq == 1
    ticket.refresh_from_db()
    assert "pénible" not in ticket.snippet
    assert not Entry.objects.filter(conversation_id=ticket.pk, audience=Audience.CUSTOMER, data__seq=2).exists()


def test_customers_write_no_notes_and_strangers_nothing() -> None:
    ticket = worlds.ticket()
    with pytest.raises(NotAllowedError):
        replying.note(viewer=worlds.seen_by(ticket.conversation.contact), ticket=ticket, body="x", client_key=uuid.uuid4())
    with pytest.raises(NotAllowedError):
        worlds.reply(ticket, worlds.contact())


def test_before_anybody_answered_waiting_and_solved_are_refused() -> None:
    ticket, agent = worlds.ticket(), worlds.agent()
    viewer = worlds.seen_by(agent)
    for to in (State.WAITING, State.SOLVED):
        with pytest.raises(UnansweredError):
            moving.move(viewer=viewer, ticket=ticket, to=to)
    moving.move(viewer=viewer, ticket=ticket, to=State.HOLD)
    assert clock_of(ticket).state == ClockState.RUNNING
    with pytest.raises(MoveError):
        moving.move(viewer=viewer, ticket=ticket, to=State.NEW)


def test_a_customer_may_say_that_it_is_solved_and_nothing_else() -> None:
    ticket = worlds.ticket()
    customer = worlds.seen_by(ticket.conversation.contact)
    with pytest.raises(MoveError):
        moving.move(viewer=customer, ticket=ticket, to=State.HOLD)
    moving.move(viewer=customer, ticket=ticket, to=State.SOLVED)
    assert ticket.state == State.SOLVED
    assert clock_of(ticket).state == ClockState.DROPPED
    assert counting.repair() == {}


def solved(at: Hold) -> Ticket:
    at("2026-11-01 10:00")
    ticket, agent = worlds.ticket(), worlds.agent()
    worlds.reply(ticket, agent, then=State.SOLVED)
    assert ticket.state == State.SOLVED
    return ticket


def test_a_reply_within_the_days_reopens_and_is_owed_an_answer(hold: Hold) -> None:
    ticket = solved(hold)
    hold.forward(days=14)
    message = worlds.reply(ticket, ticket.conversation.contact, body="Encore en panne")
    assert message.conversation_id == ticket.pk
    assert (ticket.state, ticket.solved_at) == (State.OPEN, None)
    assert ticket.due_at == hold.at + timedelta(minutes=10)


def test_a_later_reply_begins_a_linked_ticket_once(hold: Hold) -> None:
    ticket = solved(hold)
    hold.forward(days=14, seconds=1)
    key, who = uuid.uuid4(), ticket.conversation.contact
    message = worlds.reply(ticket, who, body="Encore en panne", client_key=key)
    follow_up = Ticket.objects.get(pk=message.conversation_id)
    assert follow_up.follows == ticket
    assert follow_up.number == ticket.number + 1
    assert follow_up.conversation.trust == Trust.VERIFIED
    ticket.refresh_from_db()
    assert ticket.state == State.SOLVED
    assert worlds.reply(ticket, who, body="Encore en panne", client_key=key).pk == message.pk
    assert Ticket.objects.count() == 2
    assert counting.repair() == {}


def test_what_stayed_solved_closes_and_is_closed_to_agents(hold: Hold) -> None:
    ticket = solved(hold)
    hold.forward(days=13)
    assert close_solved() == 0
    hold.forward(days=2)
    assert close_solved() == 1
    assert close_solved() == 0
    ticket.refresh_from_db()
    assert ticket.state == State.CLOSED
    with pytest.raises(ClosedTicketError):
        worlds.reply(ticket, worlds.agent())


def test_the_days_are_the_providers(hold: Hold) -> None:
    Provider.objects.update(reopen_days=2)
    ticket = solved(hold)
    hold.forward(days=3)
    assert worlds.reply(ticket, ticket.conversation.contact).conversation_id != ticket.pk


def test_a_message_that_came_meanwhile_is_shown_first() -> None:
    ticket, agent, colleague = worlds.ticket(), worlds.agent(), worlds.agent()
    worlds.reply(ticket, ticket.conversation.contact, body="J'ai redémarré")
    with pytest.raises(NewerMessagesError) as newer:
        worlds.reply(ticket, agent, seen_seq=1)
    assert newer.value.seen_seq == 2
    assert worlds.reply(ticket, agent, seen_seq=2).seq == 3
    replying.note(viewer=worlds.seen_by(colleague), ticket=ticket, body="attends", client_key=uuid.uuid4())
    with pytest.raises(NewerMessagesError):
        worlds.reply(ticket, agent, seen_seq=3)
    assert worlds.reply(ticket, ticket.conversation.contact, seen_seq=3).seq == 5  # a note is no news to a customer


def test_a_customer_who_signs_in_verifies_what_staff_opened_for_them() -> None:
    whose = worlds.customer()
    ticket = worlds.ticket(by=worlds.agent(), of=whose)
    worlds.reply(ticket, worlds.contact(whose))
    ticket.conversation.refresh_from_db()
    assert ticket.conversation.trust == Trust.VERIFIED
    assert [one["kind"] for one in ticket.conversation.evidence] == ["opened_by_staff", "signed_in"]


def test_the_draft_goes_with_the_answer() -> None:
    ticket, agent = worlds.ticket(), worlds.agent()
    Draft.objects.create(user=agent, place=f"reply:{ticket.pk}", data={"body": "x"}, updated_at=clock.now())
    worlds.reply(ticket, agent)
    assert not Draft.objects.exists()


def test_a_high_ticket_reopened_is_still_high(hold: Hold) -> None:
    hold("2026-11-01 10:00")
    ticket = worlds.ticket(priority=Priority.HIGH)
    worlds.reply(ticket, worlds.agent(), then=State.SOLVED)
    worlds.reply(ticket, ticket.conversation.contact)
    assert (ticket.urgency, ticket.state) == (0, State.OPEN)
