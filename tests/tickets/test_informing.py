"""What the customer is told by mail, and what never leaves."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests import worlds
from tests.conftest import Hold
from tests.tickets.reacting import react
from vigie.mail_out.models import OutgoingMail
from vigie.tickets import committing, moving, prioritising, replying
from vigie.tickets.models import State, Ticket

pytestmark = pytest.mark.django_db


def opened(**contact: str) -> Ticket:
    ticket = worlds.ticket(worlds.contact(worlds.customer(), name="Camille Martin", **contact))
    react()
    OutgoingMail.objects.all().delete()
    return ticket


def test_an_agents_answer_is_mailed_in_full_as_a_persons_mail() -> None:
    ticket = opened()
    worlds.reply(
        ticket, worlds.agent(name="Julien Roy"), "Le disque **sda** est remplacé.\n\n<script>alert(1)</script>"
    )
    react()
    mail = OutgoingMail.objects.get()
    assert "Le disque **sda** est remplacé." in mail.text and "Julien Roy" in mail.text
    assert "<strong>sda</strong>" in mail.html and "<script" not in mail.html
    assert "Auto-Submitted" not in mail.headers
    assert mail.subject == f"[#{ticket.number}] Le serveur ne répond plus"


def test_notes_never_leave() -> None:
    ticket = opened()
    replying.note(viewer=worlds.seen_by(worlds.agent()), ticket=ticket, body="client difficile", client_key=uuid4())
    react()
    assert OutgoingMail.objects.count() == 0


def test_what_the_customer_writes_is_not_mailed_back() -> None:
    ticket = opened()
    contact = ticket.conversation.contact
    assert contact is not None
    worlds.reply(ticket, contact, "Encore en panne")
    react()
    assert OutgoingMail.objects.count() == 0


def test_a_changed_priority_comes_with_its_reason() -> None:
    ticket = opened(language="en")
    prioritising.change_priority(
        viewer=worlds.seen_by(worlds.agent()), ticket=ticket, priority="high", reason="The whole rack is down"
    )
    react()
    mail = OutgoingMail.objects.get()
    assert "High" in mail.subject and "The whole rack is down" in mail.text and "The whole rack is down" in mail.html


def test_a_promised_update_names_the_time_and_the_note(hold: Hold) -> None:
    hold("2026-11-24 13:40")
    ticket = opened()
    committing.promise_update(
        viewer=worlds.seen_by(worlds.agent()),
        ticket=ticket,
        due_at=hold.at + timedelta(hours=2),
        note="Pièce commandée",
    )
    react()
    mail = OutgoingMail.objects.get()
    assert "15:40" in mail.text and "Pièce commandée" in mail.text


def test_solved_by_staff_is_told_with_the_way_back() -> None:
    ticket, agent = opened(), worlds.agent()
    worlds.reply(ticket, agent, then=State.SOLVED)
    react()
    mails = {mail.kind: mail for mail in OutgoingMail.objects.all()}
    assert set(mails) == {"reply", "solved"}
    assert "résolu" in mails["solved"].subject


def test_solved_by_the_customer_needs_no_mail() -> None:
    ticket = opened()
    worlds.reply(ticket, worlds.agent())
    react()
    OutgoingMail.objects.all().delete()
    contact = ticket.conversation.contact
    assert contact is not None
    moving.move(viewer=worlds.seen_by(contact), ticket=ticket, to=State.SOLVED)
    react()
    assert OutgoingMail.objects.count() == 0


def test_a_reopened_ticket_names_when_it_is_answered(hold: Hold) -> None:
    hold("2026-11-24 13:40")
    ticket = opened()
    worlds.reply(ticket, worlds.agent(), then=State.SOLVED)
    react()
    OutgoingMail.objects.all().delete()
    contact = ticket.conversation.contact
    assert contact is not None
    hold.forward(hours=1)
    worlds.reply(ticket, contact, "Cela recommence")
    react()
    mail = OutgoingMail.objects.get()
    assert mail.kind == "reopened" and "14:50" in mail.text


def test_waiting_and_hold_are_not_mailed() -> None:
    ticket, agent = opened(), worlds.agent()
    worlds.reply(ticket, agent)
    react()
    OutgoingMail.objects.all().delete()
    for state in (State.WAITING, State.HOLD, State.OPEN):
        moving.move(viewer=worlds.seen_by(agent), ticket=ticket, to=state)
    react()
    assert OutgoingMail.objects.count() == 0
