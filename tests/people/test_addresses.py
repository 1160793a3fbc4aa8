"""Changing the sign-in address: the new one is confirmed first, the old one is told."""

import pytest
from django.core.cache import cache
from django.test import Client

from tests import worlds
from tests.people.journeys import link_in, prove_again, sign_in
from vigie.mail_out.models import OutgoingMail
from vigie.people.models import Contact, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def ask(client: Client, user: User, email: str) -> None:
    sign_in(client, user.email, worlds.PASSWORD)
    prove_again(client, worlds.PASSWORD)
    client.post("/account/email/", {"email": email, "action_add": ""})


def test_nothing_changes_before_the_link_is_followed(client: Client) -> None:
    user = worlds.contact(email="old@client.example")
    ask(client, user, "new@client.example")
    user.refresh_from_db()
    assert user.email == "old@client.example"
    assert "new@client.example" in client.get("/client/settings/security/").content.decode()
    mail = OutgoingMail.objects.get()
    assert mail.recipient == "new@client.example"
    assert client.get(link_in(mail)).status_code == 200
    user.refresh_from_db()
    assert user.email == "old@client.example"
    client.post(link_in(mail))
    user.refresh_from_db()
    assert user.email == "new@client.example"
    told = OutgoingMail.objects.exclude(pk=mail.pk).get()
    assert (told.recipient, "new@client.example" in told.text) == ("old@client.example", True)
    assert sign_in(Client(), "new@client.example", worlds.PASSWORD).url == "/client/"
    assert sign_in(Client(), "old@client.example", worlds.PASSWORD).status_code == 200


def test_the_registered_address_follows_its_owner(client: Client) -> None:
    user = worlds.contact(worlds.customer(registered_address="old@client.example"), email="old@client.example")
    ask(client, user, "new@client.example")
    client.post(link_in(OutgoingMail.objects.get()))
    assert Contact.objects.get(user=user).customer.registered_address == "new@client.example"


def test_an_address_of_somebody_else_is_never_taken_nor_told(client: Client) -> None:
    user = worlds.contact(email="old@client.example")
    taken, free = worlds.contact(email="taken@client.example"), "free@client.example"
    ask(client, user, taken.email)
    answers = [OutgoingMail.objects.count()]
    mail = OutgoingMail.objects.filter(recipient=taken.email).first()
    assert mail is not None
    Client().post(link_in(mail))
    user.refresh_from_db()
    assert user.email == "old@client.example"
    client.post("/account/email/", {"email": free, "action_add": ""})
    assert OutgoingMail.objects.filter(recipient=free).count() == answers[0]


def test_changing_it_needs_the_password_again(client: Client) -> None:
    user = worlds.contact()
    sign_in(client, user.email, worlds.PASSWORD)
    answer = client.post("/account/email/", {"email": "new@client.example", "action_add": ""})
    assert answer.url.startswith("/account/reauthenticate/")
    assert not OutgoingMail.objects.exists()
