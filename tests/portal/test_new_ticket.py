"""Tickets -> Add ticket, as the page of the provider says it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import worlds
from tests.conftest import Hold
from tests.portal.forms import high, regular
from vigie.conversations import drafting
from vigie.conversations.models import Attachment
from vigie.people.models import User
from vigie.tickets.models import Ticket

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]
NEW = "/client/tickets/new/"


@pytest.fixture
def helene(hold: Hold) -> User:
    hold("2026-11-24 14:03")
    made = worlds.contact(worlds.customer("Hôtel Les Embruns"), name="Hélène Évrard")
    worlds.service(made.contacts.get().customer, "203.0.113.7", "2001:db8::/64", name="vps-pro-03", order_number="123456", state="down")
    return made


def test_the_words_of_the_page_stand_on_the_form(browse: Browse, helene: User) -> None:
    page = browse(helene).get(NEW).content.decode().replace("\N{NO-BREAK SPACE}", " ")
    for words in ("Département", "Questions techniques", "Questions financières", "Priorité", "Régulière", "Élevée", "vps-pro-03", "10 min"):
        assert words in page


def test_in_english_too(browse: Browse, helene: User) -> None:
    helene.language = "en"
    helene.save()
    page = browse(helene).get(NEW).content.decode()
    for words in ("Department", "Technical questions", "Financial questions", "Regular", "High", "What is happening?"):
        assert words in page


def test_a_regular_ticket_is_sent_in_one_step(browse: Browse, helene: User) -> None:
    answer = browse(helene).post(NEW, regular(helene))
    ticket = Ticket.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/client/tickets/{ticket.number}/"
    assert (ticket.priority, ticket.department_id, ticket.conversation.subject) == ("regular", "technical", "Question sur les sauvegardes")


@pytest.mark.parametrize("typed", ["203.0.113.7", "2001:DB8:0::7", "#123456", "123456", "n° 123456", "VPS-PRO-03"])
def test_a_high_ticket_finds_the_service_however_it_is_named(browse: Browse, helene: User, typed: str) -> None:
    answer = browse(helene).post(NEW, high(helene, service="typed", service_text=typed))
    assert answer.status_code == 302
    ticket = Ticket.objects.get()
    assert ticket.service is not None
    assert ticket.service.name == "vps-pro-03"
    assert ticket.began_at == datetime(2026, 11, 24, 12, 40, tzinfo=UTC)
    assert ticket.began_zone == "Europe/Paris"


def test_the_begin_time_is_spelled_out_while_it_is_typed(browse: Browse, helene: User) -> None:
    page = browse(helene).get(f"{NEW}begin/?began_date=2026-11-24&began_time=13:40&began_zone=Europe/Paris").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "mardi 24 novembre 2026 à 13:40, heure de Paris (CET)" in page


def test_the_hour_that_comes_twice_asks_which(browse: Browse, helene: User) -> None:
    service = str(helene.contacts.get().customer.services.get().pk)
    twice = {"service": service, "began_date": "2026-10-25", "began_time": "02:30"}
    answer = browse(helene).post(NEW, high(helene, **twice))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count('name="began_fold"') == 2
    assert "CEST" in page
    browse(helene).post(NEW, high(helene, **twice, began_fold="1"))
    assert Ticket.objects.get().began_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hour"), [("2026-03-29", "02:30"), ("2026-11-24", "15:40"), ("2027-01-01", "00:00")])
def test_an_hour_that_never_was_and_the_future_are_refused_beside_the_time(browse: Browse, helene: User, day: str, hour: str) -> None:
    service = str(helene.contacts.get().customer.services.get().pk)
    answer = browse(helene).post(NEW, high(helene, service=service, began_date=day, began_time=hour))
    assert answer.status_code == 422
    assert 'id="began_time-error"' in answer.content.decode()
    assert not Ticket.objects.exists()


def test_everything_typed_comes_back_with_its_errors(browse: Browse, helene: User) -> None:
    upload = SimpleUploadedFile("capture.txt", b"disk full")
    sent = high(helene, subject="", service="typed", service_text="192.0.2.99", diagnostics="  df -h\n/dev/vda 100 %")
    answer = browse(helene).post(NEW, {**sent, "files": upload})
    page = answer.content.decode()
    assert answer.status_code == 422
    for kept in (sent["body"], "192.0.2.99", "df -h\n/dev/vda 100 %", "13:40", sent["client_key"], "capture.txt"):
        assert kept in page
    for wrong in ("subject", "service_text"):
        assert f'id="{wrong}-error"' in page
        assert f'aria-describedby="{wrong}-error' in page
    held = Attachment.objects.get()
    assert f'name="attachments" value="{held.pk}"' in page
    browse(helene).post(NEW, {**sent, "subject": "Disque plein", "service_text": "203.0.113.7", "attachments": str(held.pk)})
    held.refresh_from_db()
    assert held.message is not None


def test_sending_twice_makes_one_ticket(browse: Browse, helene: User) -> None:
    sent = regular(helene)
    first, second = browse(helene).post(NEW, sent), browse(helene).post(NEW, sent)
    assert first["Location"] == second["Location"]
    assert Ticket.objects.count() == 1


def test_other_words_under_an_old_key_are_another_ticket(browse: Browse, helene: User) -> None:
    sent = regular(helene)
    browse(helene).post(NEW, sent)
    for _again in range(2):
        browse(helene).post(NEW, {**sent, "body": "Tout autre chose."})
    assert Ticket.objects.count() == 2


def test_a_copy_of_the_draft_that_came_after_the_sending_is_not_offered_again(browse: Browse, helene: User) -> None:
    sent = regular(helene)
    browse(helene).post(NEW, sent)
    place = drafting.new_place(helene.contacts.get().customer_id)
    drafting.keep(user=helene, place=place, data=sent)
    assert sent["body"] not in browse(helene).get(NEW).content.decode()
    assert drafting.find(helene, place) == {}


def test_the_draft_fills_the_form_and_goes_with_the_ticket(browse: Browse, helene: User) -> None:
    customer = helene.contacts.get().customer_id
    place = drafting.new_place(customer)
    drafting.keep(user=helene, place=place, data=regular(helene, subject="À moitié écrit", body="  commencé\n\n* "))
    page = browse(helene).get(NEW).content.decode()
    assert "À moitié écrit" in page
    assert "  commencé\n\n* </textarea>" in page
    browse(helene).post(NEW, regular(helene))
    assert drafting.find(helene, place) == {}


def test_a_session_that_ended_while_writing_resumes_without_scripts(browse: Browse, helene: User) -> None:
    browser = browse()
    answer = browser.post(NEW, high(helene, subject="Écrit avant la fin de session"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")
    back = browser.post(answer["Location"], {"login": helene.email, "password": worlds.PASSWORD})
    assert back["Location"] == NEW
    page = browser.get(NEW).content.decode()
    assert "Écrit avant la fin de session" in page
    assert "ping: 100 % packet loss" in page


def test_the_preview_works_without_scripts_and_loses_nothing(browse: Browse, helene: User) -> None:
    answer = browse(helene).post(NEW, regular(helene, body="**gras** <script>x</script>", look="1"))
    page = answer.content.decode()
    assert "<strong>gras</strong>" in page
    assert "<script>x" not in page
    assert not Ticket.objects.exists()


def test_the_promise_follows_department_and_priority(browse: Browse, helene: User) -> None:
    page = browse(helene).get(f"{NEW}promise/?department=technical&priority=high").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "10 min" in page
    assert "14:13" in page
    assert "30 jours" not in page, "no figure below 20 samples"


def test_acting_for_two_customers_asks_for_which(browse: Browse) -> None:
    from vigie.people.models import Contact, ContactRole

    person = worlds.contact(worlds.customer("Alpha"))
    beta = worlds.customer("Beta")
    Contact.objects.create(customer=beta, user=person, role=ContactRole.OWNER)
    assert "Pour le compte de" in browse(person).get(NEW).content.decode()
    sent = {"client_key": "7a1d7c8e-52b0-4d67-9d27-6f4c6cb8a111", "department": "technical", "priority": "regular"}
    browse(person).post(NEW, {**sent, "customer": str(beta.pk), "subject": "Pour Beta", "body": "Bonjour"})
    assert Ticket.objects.get().conversation.customer == beta
