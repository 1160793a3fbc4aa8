"""The ticket's page: what was promised and kept, replies once, rating, reopening, what goes on elsewhere."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from tests import worlds
from tests.conftest import Hold
from vigie.conversations.models import Message, ReadMark
from vigie.kernel import clock
from vigie.tickets.committing import promise_update
from vigie.tickets.models import Ticket
from vigie.tickets.prioritising import change_priority

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]


def page_of(browse: Browse, ticket: Ticket) -> str:
    who = ticket.conversation.contact
    answer = browse(who).get(f"/client/tickets/{ticket.number}/")
    assert answer.status_code == 200
    return str(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def reply(browse: Browse, ticket: Ticket, **fields: str):  # type: ignore[no-untyped-def]  # a test client's response
    return browse(ticket.conversation.contact).post(
        f"/client/tickets/{ticket.number}/reply/", {"client_key": str(uuid.uuid4()), **fields}
    )


def test_the_promise_runs_is_kept_and_the_next_one_is_stated(browse: Browse, hold: Hold) -> None:
    hold("2026-11-24 14:00")
    ticket, agent = worlds.ticket(), worlds.agent(worlds.team(), name="Marion Lefèvre")
    assert "14:10" in page_of(browse, ticket)
    hold.forward(minutes=3)
    worlds.reply(ticket, agent)
    assert "3 min sur 10 min" in page_of(browse, ticket)
    promise_update(viewer=worlds.seen_by(agent), ticket=ticket, due_at=clock.now() + timedelta(minutes=30), note="Retour de la base")
    page = page_of(browse, ticket)
    assert "Prochain point" in page
    assert "14:33" in page
    assert "Retour de la base" in page


def test_the_reason_of_a_priority_change_is_told(browse: Browse) -> None:
    ticket, agent = worlds.ticket(), worlds.agent(worlds.team())
    change_priority(viewer=worlds.seen_by(agent), ticket=ticket, priority="high", reason="Toute la baie est touchée")
    assert "Toute la baie est touchée" in page_of(browse, ticket)


def test_a_reply_is_sent_once_and_reopens_what_was_solved(browse: Browse) -> None:
    ticket, agent = worlds.ticket(), worlds.agent(worlds.team())
    worlds.reply(ticket, agent, then="solved")
    assert "C’est résolu" not in page_of(browse, ticket)
    key = str(uuid.uuid4())
    for _press in range(2):
        assert reply(browse, ticket, body="Cela recommence", client_key=key).status_code == 302
    ticket.refresh_from_db()
    assert ticket.state == "open"
    assert Message.objects.filter(body="Cela recommence").count() == 1


def test_other_words_under_an_old_key_are_sent_too(browse: Browse) -> None:
    ticket, key = worlds.ticket(), str(uuid.uuid4())
    for words in ("Un", "Deux", "Deux"):
        reply(browse, ticket, body=words, client_key=key)
    assert list(Message.objects.filter(conversation=ticket.pk, seq__gt=1).values_list("body", flat=True)) == ["Un", "Deux"]


def test_an_empty_reply_says_so_and_keeps_the_page(browse: Browse) -> None:
    answer = reply(browse, worlds.ticket(), body="  ")
    assert answer.status_code == 422
    assert 'id="reply-problems"' in answer.content.decode()


def test_a_late_reply_begins_a_linked_ticket_and_goes_there(browse: Browse, hold: Hold) -> None:
    hold("2026-11-01 10:00")
    ticket = worlds.ticket()
    worlds.reply(ticket, worlds.agent(worlds.team()), then="solved")
    hold("2026-12-01 10:00")
    assert "Répondre ouvre un nouveau ticket" in page_of(browse, ticket)
    answer = reply(browse, ticket, body="Le revoilà")
    following = Ticket.objects.get(follows=ticket)
    assert answer["Location"] == f"/client/tickets/{following.number}/"
    assert f"#{following.number}" in page_of(browse, ticket)


def test_the_customer_solves_and_rates(browse: Browse) -> None:
    ticket = worlds.ticket()
    worlds.reply(ticket, worlds.agent(worlds.team()))
    browser = browse(ticket.conversation.contact)
    assert browser.post(f"/client/tickets/{ticket.number}/solved/").status_code == 302
    wrong = browser.post(f"/client/tickets/{ticket.number}/rating/", {"score": "", "comment": "Bien, mais"})
    assert wrong.status_code == 422
    assert "Bien, mais" in wrong.content.decode()
    browser.post(f"/client/tickets/{ticket.number}/rating/", {"score": "4", "comment": "Bien"})
    ticket.refresh_from_db()
    assert (ticket.state, ticket.score, ticket.score_comment) == ("solved", 4, "Bien")
    assert "4 sur 5" in page_of(browse, ticket)


def test_looking_marks_as_read(browse: Browse) -> None:
    ticket = worlds.ticket()
    worlds.reply(ticket, worlds.agent(worlds.team()))
    who = ticket.conversation.contact
    assert 'class="dot-new"' in browse(who).get("/client/tickets/").content.decode()
    page_of(browse, ticket)
    assert ReadMark.objects.get(user=who, conversation=ticket.pk).seq == 2
    assert 'class="dot-new"' not in browse(who).get("/client/tickets/").content.decode()


def test_long_conversations_come_in_pages(browse: Browse) -> None:
    ticket, agent = worlds.ticket(), worlds.agent(worlds.team())
    for n in range(55):
        worlds.reply(ticket, agent, f"message-{n:02}")
    page = page_of(browse, ticket)
    assert "message-54" in page
    assert "message-03" not in page
    more = re.search(r'href="(\?before=\d+)"', page)
    assert more
    earlier = browse(ticket.conversation.contact).get(f"/client/tickets/{ticket.number}/{more[1]}").content.decode()
    assert "message-03" in earlier


def test_nobody_has_a_ticket_that_is_over(browse: Browse) -> None:
    ticket = worlds.ticket()
    agent = worlds.agent(name="Marion Lefèvre")
    for state, told in (("open", True), ("closed", False)):
        Ticket.objects.filter(pk=ticket.pk).update(state=state, assignee=agent)
        assert ("Marion s’occupe de votre ticket" in page_of(browse, Ticket.objects.get(pk=ticket.pk))) is told
