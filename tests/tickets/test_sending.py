"""Ten seconds to take a reply back, on the server."""

import uuid
from datetime import timedelta

import pytest

from tests import worlds
from tests.conftest import Hold
from vigie.conversations import drafting
from vigie.conversations.errors import EmptyMessageError, MissingFilesError
from vigie.conversations.models import Message
from vigie.journal.models import Entry
from vigie.promises.models import Clock, ClockState, Kind
from vigie.tickets import moving, sending
from vigie.tickets.errors import NewerMessagesError, NotAllowedError, SentAlreadyError
from vigie.tickets.models import HeldReply, State, Ticket

pytestmark = pytest.mark.django_db


def held(ticket: Ticket, agent: object, body: str = "Voici la réponse", **fields: object) -> HeldReply:
    key = fields.pop("client_key", None) or uuid.uuid4()
    return sending.hold(viewer=worlds.seen_by(agent), ticket=ticket, body=body, client_key=key, **fields)  # type: ignore[arg-type]


def test_it_is_sent_after_ten_seconds_whatever_became_of_the_tab(hold: Hold) -> None:
    hold("2026-11-24 13:40")
    ticket, agent = worlds.ticket(), worlds.agent()
    held(ticket, agent, then=State.WAITING)
    hold.forward(seconds=9)
    assert sending.release_due() == 0
    assert Clock.objects.get(conversation=ticket.pk, kind=Kind.FIRST_REPLY).state == ClockState.RUNNING
    hold.forward(seconds=1)
    assert sending.release_due() == 1
    assert sending.release_due() == 0
    ticket.refresh_from_db()
    assert (Message.objects.get(seq=2).body, ticket.state) == ("Voici la réponse", State.WAITING)
    assert not HeldReply.objects.exists()


def test_until_then_only_its_author_sees_it() -> None:
    ticket, agent, colleague = worlds.ticket(), worlds.agent(), worlds.agent()
    held(ticket, agent)
    assert len(sending.held_of(worlds.seen_by(agent), ticket)) == 1
    for other in (colleague, ticket.conversation.contact):
        assert sending.held_of(worlds.seen_by(other), ticket) == []
    assert Message.objects.count() == 1
    assert not Entry.objects.filter(kind="message.posted", data__seq=2).exists()


def test_taken_back_it_is_a_draft_again_before_what_was_typed_since(hold: Hold) -> None:
    ticket, agent = worlds.ticket(), worlds.agent()
    one = held(ticket, agent, body="Premier")
    drafting.keep(user=agent, place=f"reply:{ticket.pk}", data={"body": "et encore"})
    sending.undo(viewer=worlds.seen_by(agent), held_id=one.pk)
    assert drafting.find(agent, f"reply:{ticket.pk}")["body"] == "Premier\n\net encore"
    hold(one.due_at + timedelta(seconds=1))
    assert sending.release_due() == 0
    with pytest.raises(SentAlreadyError):
        sending.undo(viewer=worlds.seen_by(agent), held_id=one.pk)


def test_nobody_else_takes_it_back() -> None:
    ticket, agent = worlds.ticket(), worlds.agent()
    one = held(ticket, agent)
    with pytest.raises(SentAlreadyError):
        sending.undo(viewer=worlds.seen_by(worlds.lead()), held_id=one.pk)
    with pytest.raises(NotAllowedError):
        sending.undo(viewer=worlds.seen_by(ticket.conversation.contact), held_id=one.pk)


def test_the_same_key_is_the_same_reply_before_and_after(hold: Hold) -> None:
    hold("2026-11-24 13:40")
    ticket, agent, key = worlds.ticket(), worlds.agent(), uuid.uuid4()
    assert held(ticket, agent, client_key=key) == held(ticket, agent, client_key=key)
    hold.forward(seconds=10)
    sending.release_due()
    with pytest.raises(SentAlreadyError):
        held(ticket, agent, client_key=key)
    assert Message.objects.count() == 2


def test_what_would_be_refused_is_refused_at_once() -> None:
    ticket, agent = worlds.ticket(), worlds.agent()
    worlds.reply(ticket, ticket.conversation.contact)
    with pytest.raises(NewerMessagesError):
        held(ticket, agent, seen_seq=1)
    with pytest.raises(EmptyMessageError):
        held(ticket, agent, body=" ")
    with pytest.raises(MissingFilesError):
        held(ticket, agent, attachment_ids=[uuid.uuid4()])


def test_what_cannot_be_sent_stays_with_its_author_and_says_why(hold: Hold) -> None:
    hold("2026-11-24 13:40")
    ticket, agent = worlds.ticket(), worlds.agent(language="fr")
    worlds.reply(ticket, agent, then=State.SOLVED)
    one = held(ticket, agent)
    moving.move(viewer=worlds.seen_by(agent), ticket=ticket, to=State.CLOSED)
    hold.forward(seconds=10)
    assert sending.release_due() == 0
    one.refresh_from_db()
    assert "fermé" in one.error
    assert sending.release_due() == 0
    assert Entry.objects.filter(kind="reply.returned").count() == 1
    sending.undo(viewer=worlds.seen_by(agent), held_id=one.pk)
    assert drafting.find(agent, f"reply:{ticket.pk}")["body"] == one.body


def test_an_author_who_left_sends_nothing_any_more(hold: Hold) -> None:
    hold("2026-11-24 13:40")
    ticket, agent = worlds.ticket(), worlds.agent()
    one = held(ticket, agent)
    agent.is_active = False
    agent.save()
    hold.forward(seconds=10)
    assert sending.release_due() == 0
    one.refresh_from_db()
    assert one.error
