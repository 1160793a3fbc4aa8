"""A ticket is acknowledged at once, with its number and the promise."""

import re
from datetime import timedelta

import pytest

from tests import worlds
from tests.conftest import Hold
from tests.tickets.reacting import react
from vigie.journal.models import Entry
from vigie.mail_out.models import OutgoingMail
from vigie.people.models import Contact
from vigie.promises.models import Clock, ClockState, Kind
from vigie.tickets.acknowledging import acknowledge

pytestmark = pytest.mark.django_db


def test_the_acknowledgement_names_number_and_promise_and_meets_its_clock(hold: Hold) -> None:
    hold("2026-11-24 13:40")
    customer = worlds.customer()
    contact = worlds.contact(customer, name="Camille Martin", language="fr", email="camille@client.example")
    ticket = worlds.ticket(contact, subject="vps-paris-02 en panne")
    hold.forward(seconds=1)
    react()
    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.kind, mail.customer_id) == ("camille@client.example", "acknowledgement", customer.pk)
    assert mail.headers["Auto-Submitted"] == "auto-replied"
    assert f"#{ticket.number}" in mail.subject and "vps-paris-02 en panne" in mail.subject
    assert "mardi 24 novembre 2026 à 13:50, heure de Paris (CET)" in re.sub(r"\s", " ", mail.text)
    assert f"/client/tickets/{ticket.number}/" in mail.text and f"/client/tickets/{ticket.number}/" in mail.html
    assert "Questions techniques" in mail.text
    clock = Clock.objects.get(kind=Kind.ACKNOWLEDGEMENT)
    assert (clock.state, clock.took) == (ClockState.MET, 1)
    assert Clock.objects.get(kind=Kind.FIRST_REPLY).state == ClockState.RUNNING


def test_each_reads_in_their_own_language_and_zone(hold: Hold) -> None:
    hold("2026-11-24 13:40")
    worlds.ticket(worlds.contact(worlds.customer(), language="en", timezone="America/New_York"))
    react()
    mail = OutgoingMail.objects.get()
    assert "We have received your request" in mail.subject
    assert "07:50" in mail.text and "New York" in mail.text
    assert "Technical questions" in mail.text


def test_running_it_again_sends_nothing_twice() -> None:
    worlds.ticket()
    react()
    acknowledge(Entry.objects.get(kind="ticket.opened"))
    assert OutgoingMail.objects.count() == 1
    assert Entry.objects.filter(kind="clock.met").count() == 1


def test_who_may_no_longer_act_for_the_customer_is_not_written_to() -> None:
    customer = worlds.customer(registered_address="compte@client.example")
    contact = worlds.contact(customer)
    worlds.ticket(contact)
    Contact.objects.all().delete()
    react()
    assert OutgoingMail.objects.get().recipient == "compte@client.example"


def test_what_staff_open_is_mailed_as_their_message_not_acknowledged(hold: Hold) -> None:
    hold("2026-11-24 13:40")
    customer = worlds.customer(registered_address="compte@client.example")
    worlds.ticket(worlds.agent(), customer, body="Votre disque montre des erreurs.")
    react()
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient) == ("reply", "compte@client.example")
    assert "Votre disque montre des erreurs." in mail.text


def test_an_acknowledgement_later_than_two_minutes_is_broken(hold: Hold) -> None:
    hold("2026-11-24 13:40")
    worlds.ticket()
    hold(hold.at + timedelta(minutes=3))
    react()
    assert Clock.objects.get(kind=Kind.ACKNOWLEDGEMENT).state == ClockState.BROKEN
