"""Contacts cannot tell from numbers whether staff wrote internal notes: neither pages, nor the API, nor live events have gaps."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests import worlds
from tests.api.callers import Caller
from vigie.config.live import hint_of
from vigie.conversations.models import Message, ReadMark
from vigie.journal.models import Entry
from vigie.people.models import User
from vigie.tickets import replying
from vigie.tickets.models import Ticket

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]


@pytest.fixture
def owner() -> User:
    return worlds.contact()


@pytest.fixture
def ticket(owner: User) -> Ticket:
    """Question, note, note, answer, note, question: seq 1 to 6, of which a contact sees 1, 4 and 6."""
    for _other in range(3):
        worlds.ticket()
    made, agent = worlds.ticket(owner), worlds.agent()
    for kind in ("note", "note", "reply", "note"):
        if kind == "note":
            replying.note(viewer=worlds.seen_by(agent), ticket=made, body="inside", client_key=uuid.uuid4())
        else:
            worlds.reply(made, agent)
    worlds.reply(made, owner, "Merci")
    return Ticket.objects.get(pk=made.pk)


def seqs(caller: Caller, ticket: Ticket, limit: int = 50) -> list[int]:
    found: list[int] = []
    path: str | None = f"/tickets/{ticket.number}/messages?limit={limit}"
    while path:
        answer = caller.get(path)
        found += [one["seq"] for one in answer.json()["items"]]
        after = answer.json()["next"]
        path = f"/tickets/{ticket.number}/messages?limit={limit}&cursor={after}" if after else None
    return found


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_the_api_counts_what_the_caller_sees(owner: User, ticket: Ticket, limit: int) -> None:
    assert seqs(Caller(owner), ticket, limit) == [1, 2, 3]
    assert seqs(Caller(worlds.agent()), ticket, limit) == [1, 2, 3, 4, 5, 6]


def test_a_reply_gets_the_next_number_and_what_was_seen_is_told_in_the_same_numbers(owner: User, ticket: Ticket) -> None:
    caller, where = Caller(owner), f"/tickets/{ticket.number}/replies"
    colleague = worlds.contact(ticket.conversation.customer)
    worlds.reply(ticket, colleague, "Moi aussi")
    assert caller.post(where, {"body": "x", "seen_seq": 3}).status_code == 409
    sent = caller.post(where, {"body": "x", "seen_seq": 4})
    assert (sent.status_code, sent.json()["seq"]) == (201, 5)
    assert caller.post(where, {"body": "y", "seen_seq": 99}).status_code == 201


def test_pages_name_messages_by_id(owner: User, ticket: Ticket, browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vigie.portal.ticket.SHOWN", 2)
    told = list(Message.objects.filter(conversation=ticket.pk, is_note=False).order_by("seq"))
    browser, where = browse(owner), f"/client/tickets/{ticket.number}/"
    page = browser.get(where).content.decode()
    assert re.findall(r'id="m(\d+)"', page) == [str(one.pk) for one in told[-2:]]
    assert f'data-newest="{told[-1].pk}"' in page
    assert 'data-seq="' not in page
    before = re.search(r"\?before=(\d+)", page)
    assert before
    assert re.findall(r'id="m(\d+)"', browser.get(where + before[0]).content.decode()) == [str(told[0].pk)]


def test_reading_is_told_by_id(owner: User, ticket: Ticket, browse: Browse) -> None:
    ReadMark.objects.all().delete()
    told = Message.objects.filter(conversation=ticket.pk, is_note=False).order_by("seq")[1]
    note = Message.objects.filter(is_note=True).latest("id")
    browser, where = browse(owner), f"/client/tickets/{ticket.number}/read/"
    for nothing in (str(note.pk), "x", "9" * 18, ""):
        assert browser.post(where, {"message": nothing}).status_code == 204
    assert not ReadMark.objects.exists()
    browser.post(where, {"message": str(told.pk)})
    assert ReadMark.objects.get().seq == told.seq


def test_live_events_and_the_journal_carry_no_seq(owner: User, ticket: Ticket) -> None:
    lines = list(Entry.objects.filter(kind="message.posted", audience="customer"))
    assert lines
    assert all("seq" not in str(hint_of(line)) for line in lines)
    items: list[dict[str, Any]] = Caller(owner).get("/journal").json()["items"]
    told = [one["data"] for one in items if one["kind"] == "message.posted"]
    assert told
    assert not any("seq" in one for one in told)
    staff: list[dict[str, Any]] = Caller(worlds.agent()).get("/journal").json()["items"]
    assert any("seq" in one["data"] for one in staff if one["kind"] == "message.posted")
    assert ticket.number
