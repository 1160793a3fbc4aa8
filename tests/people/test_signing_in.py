"""Signing in and out, in both languages; what strangers learn: nothing."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from tests import worlds
from tests.people.journeys import LOGIN, is_signed_in, link_in, react, sign_in
from vigie.journal.models import Entry
from vigie.mail_out.models import OutgoingMail
from vigie.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.mark.parametrize(("code", "title"), [("fr", "Se connecter"), ("en", "Sign in")])
def test_the_page_speaks_the_browsers_language(client: Client, code: str, title: str) -> None:
    page = client.get(LOGIN, headers={"Accept-Language": f"{code};q=0.9"})
    assert f"<h1>{title}</h1>" in page.content.decode()
    assert f'<html lang="{code}"' in page.content.decode()


def test_french_is_spoken_to_whoever_asks_for_neither(client: Client) -> None:
    assert '<html lang="fr"' in client.get(LOGIN, headers={"Accept-Language": "de"}).content.decode()


def test_a_stranger_switches_the_language(client: Client) -> None:
    client.post("/language/", {"language": "en", "next": LOGIN})
    assert '<html lang="en"' in client.get(LOGIN, headers={"Accept-Language": "fr"}).content.decode()


def test_a_contact_lands_in_the_client_area_and_staff_at_the_console(client: Client) -> None:
    assert sign_in(client, worlds.contact(email="a@client.example").email, worlds.PASSWORD).url == "/client/"
    assert sign_in(Client(), worlds.agent().email.upper(), worlds.PASSWORD).url == "/console/"


def test_one_returns_to_where_one_was_going_but_never_elsewhere(client: Client) -> None:
    user = worlds.contact()
    credentials = {"login": user.email, "password": worlds.PASSWORD}
    assert client.post(LOGIN, {**credentials, "next": "/client/tickets/"}).url == "/client/tickets/"
    assert Client().post(LOGIN, {**credentials, "next": "https://evil.example/"}).url == "/client/"


def test_ones_own_language_and_zone_win(client: Client) -> None:
    user = worlds.contact(language="en", timezone="America/Martinique")
    sign_in(client, user.email, worlds.PASSWORD)
    page = client.get("/client/settings/profile/", headers={"Accept-Language": "fr"}).content.decode()
    assert '<html lang="en"' in page
    assert '<option value="America/Martinique" selected' in page


def test_unknown_address_and_wrong_password_get_the_same_answer(client: Client) -> None:
    user = worlds.contact(email="known@client.example")
    wrong = sign_in(client, user.email, "not this one at all")
    unknown = sign_in(Client(), "nobody@client.example", "not this one at all")
    assert wrong.status_code == unknown.status_code == 200
    assert _plain(wrong, user.email) == _plain(unknown, "nobody@client.example")


def test_unknown_address_and_wrong_password_do_the_same_work(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.auth.hashers import get_hasher

    checked: list[str] = []
    hasher = type(get_hasher())
    verify = hasher.verify
    monkeypatch.setattr(hasher, "verify", lambda self, *given: checked.append("hash") or verify(self, *given))
    user = worlds.contact(email="known@client.example")
    sign_in(client, "nobody@client.example", "warm up: the stand-in's hash is made once")
    checked.clear()
    sign_in(client, user.email, "not this one at all")
    known = len(checked)
    checked.clear()
    sign_in(Client(), "nobody@client.example", "not this one at all")
    assert known == len(checked) == 1


def test_asking_for_a_reset_answers_and_writes_alike_for_everybody(client: Client) -> None:
    user = worlds.contact(email="known@client.example")
    known = client.post("/account/password/reset/", {"email": user.email})
    unknown = Client().post("/account/password/reset/", {"email": "nobody@client.example"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert Entry.objects.filter(kind="person.reset_asked").count() == 2
    assert not OutgoingMail.objects.exists()
    react()
    assert [mail.recipient for mail in OutgoingMail.objects.all()] == ["known@client.example"]


@pytest.mark.parametrize(("code", "subject"), [("fr", "Choisir un nouveau mot de passe"), ("en", "Reset your password")])
def test_a_reset_link_works_once_and_ends_every_session(client: Client, code: str, subject: str) -> None:
    user = worlds.contact(language=code)
    elsewhere = Client()
    sign_in(elsewhere, user.email, worlds.PASSWORD)
    client.post("/account/password/reset/", {"email": user.email})
    react()
    mail = OutgoingMail.objects.get()
    assert mail.subject == subject
    page = client.get(link_in(mail), follow=True)
    done = client.post(page.request["PATH_INFO"], {"password1": "marmotte-des-alpages"})
    assert done.url == "/account/password/reset/key/done/"
    assert elsewhere.get("/client/settings/").status_code == 302
    assert sign_in(Client(), user.email, "marmotte-des-alpages").status_code == 302
    again = Client().get(link_in(mail), follow=True)
    assert 'name="password1"' not in again.content.decode()


def test_whoever_has_no_password_sets_the_first_one_the_same_way(client: Client) -> None:
    user = worlds.contact(password=None)
    assert sign_in(client, user.email, "anything at all").status_code == 200
    client.post("/account/password/reset/", {"email": user.email})
    react()
    page = client.get(link_in(OutgoingMail.objects.get()), follow=True)
    client.post(page.request["PATH_INFO"], {"password1": "marmotte-des-alpages"})
    assert sign_in(Client(), user.email, "marmotte-des-alpages").url == "/client/"


def test_a_closed_account_signs_in_no_more_and_is_told_only_with_the_right_password(client: Client) -> None:
    user = worlds.contact(is_active=False)
    assert sign_in(client, user.email, worlds.PASSWORD).url == "/account/inactive/"
    assert sign_in(Client(), user.email, "not this one at all").status_code == 200
    assert not is_signed_in(client)


def test_nobody_signs_up(client: Client) -> None:
    client.post("/account/signup/", {"email": "new@client.example", "password1": "marmotte-des-alpages"})
    assert not User.objects.filter(email="new@client.example").exists()


def test_an_address_locks_after_five_wrong_passwords_whether_it_exists_or_not(client: Client) -> None:
    user = worlds.contact(email="known@client.example")
    answers = {}
    for email in (user.email, "nobody@client.example"):
        answers[email] = [sign_in(client, email, "not this one at all").status_code for _ in range(6)]
    assert answers[user.email] == answers["nobody@client.example"] == [200] * 4 + [429] * 2
    locked = sign_in(client, user.email, worlds.PASSWORD)
    assert (locked.status_code, locked["Retry-After"]) == (429, "900")
    assert sign_in(Client(REMOTE_ADDR="198.51.100.7"), user.email, worlds.PASSWORD).status_code == 302


def test_a_place_locks_after_fifty_wrong_passwords(client: Client) -> None:
    for n in range(50):
        sign_in(client, f"nobody{n}@client.example", "not this one at all")
    assert sign_in(client, worlds.contact().email, worlds.PASSWORD).status_code == 429


def test_signing_in_forgives_ones_own_mistakes(client: Client) -> None:
    user = worlds.contact()
    for _ in range(2):
        for _ in range(4):
            sign_in(client, user.email, "not this one at all")
        assert sign_in(Client(), user.email, worlds.PASSWORD).status_code == 302


def test_an_expired_session_answers_scripts_with_401(client: Client) -> None:
    for headers in ({"HX-Request": "true"}, {"Accept": "application/json"}, {"Sec-Fetch-Mode": "cors"}):
        answer = client.get("/client/settings/", headers=headers)
        assert (answer.status_code, answer["X-Sign-In"]) == (401, LOGIN)
    assert client.get("/client/settings/").status_code == 302


def test_signing_in_by_fetch_gives_json_with_where_to_go(client: Client) -> None:
    user = worlds.contact()
    wrong = sign_in(client, user.email, "not this one at all", headers={"Accept": "application/json"})
    right = sign_in(client, user.email, worlds.PASSWORD, headers={"Accept": "application/json"})
    assert wrong.status_code == 400
    assert right.json()["location"] == "/client/"


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_from_elsewhere(client: Client) -> None:
    cookie = sign_in(client, worlds.contact().email, worlds.PASSWORD).cookies["session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")


def _plain(answer: object, email: str) -> str:
    """The page without what differs by design: the address typed, tokens, the hour."""
    text = answer.content.decode().replace(email, "ADDRESS")  # type: ignore[attr-defined]
    return re.sub(r'(csrfmiddlewaretoken" value|csrf-token" content|server-now" content|nonce)="[^"]*"', "", text)


def test_too_many_requests_are_told_to_wait(client: Client) -> None:
    answers = [client.post("/account/password/reset/", {"email": "nobody@client.example"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert "Un peu moins vite" in answers[-1].content.decode()
