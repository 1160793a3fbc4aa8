"""Far above what a person does, and below what a script wants: 429 in words, and what a flood may write."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import get_resolver

from tests import worlds
from tests.portal.forms import regular
from vigie.config import limiting, session_store, tidying
from vigie.conversations import uploading
from vigie.kernel import clock
from vigie.kernel.limits import Limit, place_of, spend
from vigie.people.models import User
from vigie.tickets.models import Ticket

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]


@pytest.fixture(autouse=True)
def _inside_a_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time stands still: a window that ends in the middle of a test would count anew."""
    monkeypatch.setattr("vigie.kernel.limits.time", SimpleNamespace(time=lambda: 1_795_000_030.0))


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every limit is two."""
    for name, rule in limiting.RULES.items():
        monkeypatch.setitem(limiting.RULES, name, rule._replace(limit=Limit(rule.limit.name, 2, rule.limit.seconds)))


def test_every_rule_names_an_address() -> None:
    names = set()

    def walk(patterns: Any, prefix: str) -> None:
        for one in patterns:
            if hasattr(one, "url_patterns"):
                walk(one.url_patterns, f"{prefix}{one.namespace}:" if one.namespace else prefix)
            else:
                names.add(f"{prefix}{one.name}")

    walk(get_resolver().url_patterns, "")
    assert set(limiting.RULES) <= names


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(("language", "words"), [("fr", "Un peu moins vite"), ("en", "Slow down a little")])
def test_a_customers_tickets_are_counted_over_its_contacts(browse: Browse, language: str, words: str) -> None:
    customer = worlds.customer()
    one, colleague = worlds.contact(customer, language=language), worlds.contact(customer, language=language)
    for by in (one, colleague):
        assert browse(by).post("/client/tickets/new/", regular(by)).status_code == 302
    refused = browse(one).post("/client/tickets/new/", regular(one))
    assert refused.status_code == 429
    assert words in refused.content.decode()
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert Ticket.objects.count() == 2
    other = worlds.contact()
    assert browse(other).post("/client/tickets/new/", regular(other)).status_code == 302


@pytest.mark.usefixtures("two")
def test_scripts_are_told_in_json(browse: Browse) -> None:
    by = worlds.contact(language="en")
    ticket = worlds.ticket(by)
    browser, sent = browse(by, headers={"HX-Request": "true"}), {"body": "encore"}
    answers = [browser.post(f"/client/tickets/{ticket.number}/reply/", {**sent, "client_key": str(uuid4())}) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert "Try again in" in answers[-1].json()["error"]
    assert answers[-1]["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("method", "path", "who"),
    [
        ("get", "/client/tickets/?q=x", "contact"), ("get", "/client/services/?q=x", "contact"), ("get", "/console/search/?q=x", "agent"),
        ("get", "/console/search/?q=x&quick=1", "agent"), ("post", "/client/tickets/new/preview/", "contact"),
        ("get", "/client/tickets/new/service/?service_text=x", "contact"), ("put", "/drafts/new:1", "contact"),
        ("get", "/proof/guessed", ""), ("post", "/proof/guessed", ""), ("get", "/account/invitation/1-guessed/", ""),
        ("get", "/account/confirm-email/guessed/", ""), ("get", "/account/password/reset/key/1-guessed/", ""),
        ("get", "/account/2fa/webauthn/login/", ""),
    ],
)  # fmt: skip
def test_what_costs_or_guesses_is_counted(browse: Browse, method: str, path: str, who: str) -> None:
    browser = browse(getattr(worlds, who)() if who else None)
    sent = {"data": "{}", "content_type": "application/json"} if method == "put" else {}
    answers = [getattr(browser, method)(path, **sent).status_code for _ in range(3)]
    assert 429 not in answers[:2]
    assert answers[2] == 429


@pytest.mark.usefixtures("two")
def test_looking_without_searching_is_not(browse: Browse) -> None:
    browser = browse(worlds.contact())
    assert {browser.get("/client/tickets/").status_code for _ in range(4)} == {200}


def test_turned_off_there_are_none(browse: Browse, two: None, settings: Any) -> None:
    settings.LIMITS = False
    assert {browse().get("/proof/guessed").status_code for _ in range(4)} == {410}


def test_files_are_counted_by_number_and_size(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = browse(worlds.contact(language="en"))

    def send(content: bytes) -> Any:
        return browser.post("/files/", content, content_type="application/octet-stream", headers={"X-File-Name": "a.txt"})

    monkeypatch.setattr(uploading, "BYTES_AN_HOUR", Limit("upload-bytes", 10, 3600))
    assert [send(b"12345").status_code for _ in range(3)] == [201, 201, 429]
    monkeypatch.setattr(uploading, "AN_HOUR", Limit("uploads", 3, 3600))
    refused = send(b"1")
    assert refused.status_code == 429
    assert "Many files were sent" in refused.json()["error"]
    assert refused["Retry-After"]


def test_an_ipv6_network_is_one_place() -> None:
    assert place_of("2001:db8:1:2::1") == place_of("2001:db8:1:2:ffff::9") != place_of("2001:db8:1:3::1")
    assert place_of("::ffff:192.0.2.1") == place_of("192.0.2.1") == "192.0.2.1"
    assert place_of("not an address") == "not an address"


def test_a_limit_counts_what_is_spent() -> None:
    limit = Limit("test", 5, 60)
    assert [spend(limit, "me", 2) > 0 for _ in range(4)] == [False, False, True, True]
    assert spend(limit, "you") == 0


def test_a_flood_of_strangers_posts_writes_little(browse: Browse) -> None:
    """Each is held over a sign-in, in a session of its own."""
    big = {"body": "x" * 150_000, "client_key": str(uuid4())}
    answers = [browse().post("/client/tickets/new/", big).status_code for _ in range(130)]
    assert answers[0] == 302
    assert answers[-1] == 429
    assert Session.objects.count() <= 30
    assert all(session.expire_date <= clock.now() + session_store.STRANGERS_AGE for session in Session.objects.all())


def test_one_session_holds_one_form(browse: Browse) -> None:
    browser = browse()
    for number in range(1, 6):
        browser.post(f"/client/tickets/{number}/reply/", {"body": "x" * 100_000})
    held = [name for name in browser.session.keys() if name.startswith("held:")]  # noqa: SIM118  a session is no dictionary
    assert held == ["held:/client/tickets/5/reply/"]
    browser.post("/client/tickets/6/reply/", {"y" * 150_000: "z" * 100_000})
    assert "held:/client/tickets/6/reply/" not in browser.session


def test_new_sessions_of_one_place_are_bounded(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiting, "SESSIONS", Limit("sessions", 3, 3600))
    for _ in range(6):
        browse().get("/account/2fa/webauthn/login/", headers={"Accept": "application/json"})
    assert Session.objects.count() == 3


def test_a_strangers_session_ends_soon_and_a_persons_does_not(browse: Browse) -> None:
    browser, by = browse(), worlds.contact()
    browser.post("/client/tickets/new/", regular(by))
    assert browser.cookies[settings.SESSION_COOKIE_NAME]["max-age"] <= 3600
    browser.post("/account/login/", {"login": by.email, "password": worlds.PASSWORD, "remember": "on"})
    assert browser.cookies[settings.SESSION_COOKIE_NAME]["max-age"] > 29 * 86400
    assert browser.session.get_expiry_date() > clock.now() + session_store.STRANGERS_AGE
    page = browser.get("/client/tickets/new/").content.decode()
    assert "Question sur les sauvegardes" in page


def test_a_passkeys_sign_in_is_no_strangers_session(browse: Browse) -> None:
    """allauth sets the age of a session with the password form alone."""
    by: User = worlds.contact()
    browser = browse(by)
    assert Session.objects.get(session_key=browser.session.session_key).expire_date > clock.now() + session_store.STRANGERS_AGE


def test_expired_sessions_are_cleared(browse: Browse) -> None:
    browse().post("/client/tickets/new/", {"body": "x"})
    Session.objects.update(expire_date=clock.now() - session_store.STRANGERS_AGE)
    tidying.clear_sessions()
    assert not Session.objects.exists()
