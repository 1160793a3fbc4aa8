"""Account settings: what each page keeps, and what it refuses beside its cause."""

import pytest
from django.core.cache import cache
from django.test import Client

from tests import worlds
from tests.people.journeys import sign_in
from vigie.people.models import ContactRole, Invitation, User

pytestmark = pytest.mark.django_db
PROFILE = {"name": "Camille Martin", "language": "fr", "timezone": "Europe/Paris", "theme": "auto", "keys": "on"}


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def signed_in(user: User) -> Client:
    client = Client()
    sign_in(client, user.email, worlds.PASSWORD)
    return client


@pytest.mark.parametrize(("code", "title"), [("fr", "Paramètres du compte"), ("en", "Account settings")])
def test_every_page_opens_in_both_languages(code: str, title: str) -> None:
    client = signed_in(worlds.contact(language=code))
    for page in ("", "profile/", "security/", "sessions/", "contacts/"):
        answer = client.get(f"/client/settings/{page}")
        assert answer.status_code == 200
        assert title in answer.content.decode()


def test_staff_have_the_same_pages_behind_their_own_door() -> None:
    client = signed_in(worlds.agent())
    for page in ("", "profile/", "security/", "sessions/", "contacts/"):
        assert client.get(f"/account/settings/{page}").status_code == 200
    assert client.post("/account/settings/profile/", {**PROFILE, "language": "en"}).url == "/account/settings/profile/"


def test_a_profile_is_kept_and_spoken_at_once() -> None:
    user = worlds.agent()
    client = signed_in(user)
    fields = {**PROFILE, "language": "en", "timezone": "Asia/Tokyo", "theme": "dark"}
    page = client.post("/account/settings/profile/", {**fields, "keys": ""}, follow=True).content.decode()
    user.refresh_from_db()
    assert (user.language, user.timezone, user.theme, user.keys) == ("en", "Asia/Tokyo", "dark", False)
    assert "Your settings are saved." in page
    assert 'data-theme="dark"' in page


def test_keys_are_offered_to_those_who_have_a_console() -> None:
    assert 'name="keys"' not in signed_in(worlds.contact()).get("/client/settings/profile/").content.decode()
    assert 'name="keys"' in signed_in(worlds.agent()).get("/account/settings/profile/").content.decode()


def test_a_zone_that_does_not_exist_is_refused_beside_its_field() -> None:
    client = signed_in(worlds.contact())
    answer = client.post("/client/settings/profile/", {**PROFILE, "timezone": "Europe/Lutece"})
    assert answer.status_code == 422
    assert 'id="id_timezone-error"' in answer.content.decode()


def test_an_owner_invites_changes_and_removes() -> None:
    owner = worlds.contact()
    customer = owner.contacts.get().customer
    other = worlds.contact(customer, ContactRole.TECHNICAL)
    client = signed_in(owner)
    fields = {f"{customer.pk}-email": "nour@client.example", f"{customer.pk}-role": "billing", f"{customer.pk}-name": ""}
    assert client.post(f"/client/settings/contacts/{customer.pk}/invite/", fields).status_code == 302
    invitation = Invitation.objects.get()
    assert "nour@client.example" in client.get("/client/settings/contacts/").content.decode()
    client.post(f"/client/settings/invitations/{invitation.pk}/withdraw/")
    assert Invitation.objects.get().withdrawn_at
    link = other.contacts.get().pk
    client.post(f"/client/settings/contacts/{link}/role/", {"role": "billing"})
    assert other.contacts.get().role == "billing"
    client.post(f"/client/settings/contacts/{link}/remove/")
    assert not other.contacts.exists()


def test_the_last_owner_is_told_why_beside_the_name() -> None:
    owner = worlds.contact(language="en")
    answer = signed_in(owner).post(f"/client/settings/contacts/{owner.contacts.get().pk}/remove/")
    assert answer.status_code == 422
    assert "keeps at least one owner" in answer.content.decode()


def test_other_contacts_look_and_decide_nothing() -> None:
    owner = worlds.contact()
    customer = owner.contacts.get().customer
    client = signed_in(worlds.contact(customer, ContactRole.TECHNICAL))
    page = client.get("/client/settings/contacts/").content.decode()
    assert owner.email in page
    assert "/invite/" not in page
    fields = {f"{customer.pk}-email": "nour@client.example", f"{customer.pk}-role": "billing"}
    assert client.post(f"/client/settings/contacts/{customer.pk}/invite/", fields).status_code == 422
    assert client.post(f"/client/settings/contacts/{owner.contacts.get().pk}/remove/").status_code == 422
    assert owner.contacts.exists()


def test_another_customers_contacts_do_not_exist() -> None:
    client, theirs = signed_in(worlds.contact()), worlds.contact().contacts.get()
    base = "/client/settings/contacts/"
    assert client.post(f"{base}{theirs.pk}/remove/").status_code == 404
    assert client.post(f"{base}{theirs.pk}/role/", {"role": "owner"}).status_code == 404
    assert client.post(f"{base}{theirs.customer_id}/invite/", {}).status_code == 404
    assert theirs.user.email not in client.get(base).content.decode()
