"""Guarded actions against a provider's API on loopback."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.utils import translation

from tests import worlds
from tests.inventory import world
from vigie.conversations.models import Conversation
from vigie.inventory import acting, actions
from vigie.inventory.acting import available, use
from vigie.inventory.errors import ActionsBroken, NotAllowedError, UnknownActionError, UnverifiedError
from vigie.inventory.models import Service
from vigie.journal.models import Audience, Entry
from vigie.kernel import clock
from vigie.people.access import viewer_of

pytestmark = pytest.mark.django_db
SECRET = "a-key-of-more-than-16"


class Provider(ThreadingHTTPServer):
    """Keeps what it was asked; answers as told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.status = 200
        self.answer: Any = {"message": "Reboot queued", "url": "https://console.example/1"}
        self.wait = 0.0


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server: Provider = self.server  # type: ignore[assignment]
        server.asked.append((self.command, self.path, dict(self.headers), body))
        time.sleep(server.wait)
        said = server.answer if isinstance(server.answer, bytes) else json.dumps(server.answer).encode()
        self.send_response(server.status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def provider(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    server = Provider()
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    settings.ALLOW_PRIVATE_HOSTS = ["127.0.0.1"]
    settings.ACTIONS_FILE = str(
        write(tmp_path, f"http://127.0.0.1:{server.server_port}/servers/{{order_number}}/reboot?n={{name}}")
    )
    monkeypatch.setenv("TEST_ACTION_KEY", SECRET)
    yield server
    server.shutdown()
    server.server_close()


def write(folder: Path, url: str, **more: str) -> Path:
    path = folder / "actions.toml"
    lines = {
        "name_fr": '"Redémarrer"', "name_en": '"Reboot"', "confirm_fr": '"Redémarrer ?"', "confirm_en": '"Reboot?"',
        "url": json.dumps(url), "secret": '"TEST_ACTION_KEY"', "roles": '["lead", "admin"]', "timeout": "0.5", **more,
    }  # fmt: skip
    path.write_text("[reboot]\n" + "".join(f"{name} = {value}\n" for name, value in lines.items() if value))
    return path


def scene(trust: str = "verified") -> tuple[Conversation, Service]:
    acme = world.customer()
    service = world.service(acme, "web/../1 é", "4711", ("203.0.113.7",))
    now = clock.now()
    talk = Conversation.objects.create(
        channel="ticket", customer=acme, subject="x", trust=trust, created_at=now, updated_at=now
    )
    return talk, service


def test_a_verified_conversation_lets_an_agent_act_signed_and_journaled(provider: Provider) -> None:
    talk, service = scene()
    lead = viewer_of(worlds.lead(name="Lina"))
    used = use(viewer=lead, conversation=talk, service=service, action_code="reboot")
    assert (used.ok, used.message, used.url) == (True, "Reboot queued", "https://console.example/1")
    method, path, headers, body = provider.asked[0]
    assert (method, path) == ("POST", "/servers/4711/reboot?n=web%2F%2E%2E%2F1%20%C3%A9")
    said = json.loads(body)
    assert said["id"] == used.id == headers["Idempotency-Key"]
    assert said["service"] == {"order_number": "4711", "name": service.name, "node": "", "addresses": ["203.0.113.7"]}
    assert said["agent"]["name"] == "Lina"
    seconds, signed = (part.split("=")[1] for part in headers["Vigie-Signature"].split(","))
    assert signed == hmac.new(SECRET.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    lines = Entry.objects.filter(kind__startswith="action.").order_by("id")
    assert [(line.kind, line.audience, line.conversation_id, line.data["id"]) for line in lines] == [
        ("action.asked", Audience.STAFF, talk.pk, used.id),
        ("action.used", Audience.STAFF, talk.pk, used.id),
    ]
    assert lines[1].data["outcome"] == "done"
    assert SECRET not in json.dumps([line.data for line in lines])


@pytest.mark.parametrize("trust", ["claimed", "unknown"])
def test_below_verified_nothing_is_offered_and_nothing_is_sent(provider: Provider, trust: str) -> None:
    talk, service = scene(trust)
    admin = viewer_of(worlds.admin())
    assert available(admin, talk, service) == []
    with pytest.raises(UnverifiedError):
        use(viewer=admin, conversation=talk, service=service, action_code="reboot")
    assert provider.asked == []


def test_another_customers_service_cannot_be_acted_on(provider: Provider) -> None:
    talk, _mine = scene()
    other = world.service(world.customer("Other"), "x")
    with pytest.raises(UnverifiedError):
        use(viewer=viewer_of(worlds.admin()), conversation=talk, service=other, action_code="reboot")
    assert provider.asked == []


def test_only_the_roles_and_states_declared_may(provider: Provider) -> None:
    talk, service = scene()
    with pytest.raises(NotAllowedError):
        use(viewer=world.contact(service.customer), conversation=talk, service=service, action_code="reboot")
    for viewer, code in ((viewer_of(worlds.agent()), "reboot"), (viewer_of(worlds.lead()), "format")):
        with pytest.raises(UnknownActionError):
            use(viewer=viewer, conversation=talk, service=service, action_code=code)
    service.state = "ended"
    with pytest.raises(UnknownActionError):
        use(viewer=viewer_of(worlds.lead()), conversation=talk, service=service, action_code="reboot")
    assert provider.asked == []


def test_failures_are_told_and_journaled(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    talk, service = scene()
    lead = viewer_of(worlds.lead())
    provider.status, provider.answer = 500, b"<html>oops"
    refused = use(viewer=lead, conversation=talk, service=service, action_code="reboot")
    provider.status, provider.answer = 200, {"message": 1, "url": "javascript:alert(1)"}
    odd = use(viewer=lead, conversation=talk, service=service, action_code="reboot")
    provider.wait = 0.8
    late = use(viewer=lead, conversation=talk, service=service, action_code="reboot")
    monkeypatch.delenv("TEST_ACTION_KEY")
    keyless = use(viewer=lead, conversation=talk, service=service, action_code="reboot")
    assert (refused.ok, late.ok, late.uncertain, keyless.ok) == (False, False, True, False)
    assert (odd.ok, odd.url) == (True, "")
    assert all(one.message for one in (refused, odd, late, keyless))
    outcomes = [line.data["outcome"] for line in Entry.objects.filter(kind="action.used").order_by("id")]
    assert outcomes == ["failed", "done", "uncertain", "failed"]
    assert len(provider.asked) == 3


def test_a_private_address_that_was_not_allowed_is_not_called(provider: Provider, settings: Any) -> None:
    talk, service = scene()
    actions.declared()
    settings.ALLOW_PRIVATE_HOSTS = []
    used = use(viewer=viewer_of(worlds.lead()), conversation=talk, service=service, action_code="reboot")
    assert not used.ok
    assert provider.asked == []


def test_without_a_file_there_are_no_actions(settings: Any) -> None:
    settings.ACTIONS_FILE = ""
    assert actions.declared() == {}
    assert actions.problems() == []


def test_an_action_speaks_both_languages_and_check_names_missing_keys(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    action = actions.declared()["reboot"]
    with translation.override("en"):
        assert (action.name, action.confirm) == ("Reboot", "Reboot?")
    with translation.override("fr"):
        assert (action.name, action.confirm) == ("Redémarrer", "Redémarrer ?")
    assert actions.problems() == []
    monkeypatch.setenv("TEST_ACTION_KEY", "short")
    assert "TEST_ACTION_KEY" in actions.problems()[0]


@pytest.mark.parametrize(
    "change",
    [
        {"url": "http://api.example/x"}, {"url": "https://{name}.example/"}, {"url": "https://api.example/{password}"},
        {"url": "ftp://api.example/"}, {"method": '"GET"'}, {"roles": '["contact"]'}, {"roles": "[]"}, {"states": '["asleep"]'},
        {"timeout": "0"}, {"timeout": "true"}, {"timeout": "600"}, {"name_fr": ""}, {"confirm_en": '" "'}, {"colour": '"red"'}, {"secret": "1"},
    ],
)  # fmt: skip
def test_a_wrong_file_is_told_as_a_whole(tmp_path: Path, settings: Any, change: dict[str, str]) -> None:
    path = write(tmp_path, **{"url": "https://api.example/{order_number}", **change})
    settings.ACTIONS_FILE = str(path)
    with pytest.raises(ActionsBroken, match="reboot"):
        actions.declared()
    assert "reboot" in actions.problems()[0]


@pytest.mark.parametrize("content", [b"[reboot", b"\xff", None])
def test_an_unreadable_file_is_told(tmp_path: Path, settings: Any, content: bytes | None) -> None:
    path = tmp_path / "actions.toml"
    if content is not None:
        path.write_bytes(content)
    settings.ACTIONS_FILE = str(path)
    with pytest.raises(ActionsBroken):
        actions.declared()


def test_the_signature_binds_time_and_body() -> None:
    now = clock.now()
    assert acting.signature("k", now, b"a") != acting.signature("k", now, b"b")


def test_nobodys_conversation_and_nobodys_service_do_not_fit(provider: Provider) -> None:
    """Two absent customers are equal; they are not the same customer."""
    from types import SimpleNamespace

    stray = SimpleNamespace(pk=1, trust="verified", customer_id=None)
    assert acting.available(worlds.seen_by(worlds.admin()), stray, Service()) == []
    with pytest.raises(UnverifiedError):
        acting.use(viewer=worlds.seen_by(worlds.admin()), conversation=stray, service=Service(), action_code="reboot")
