"""The three addresses of operations, and what the logs may hold."""

import asyncio
from typing import Any

import pytest
from django.conf import settings

from vigie.config import logs
from vigie.config.asgi import Application
from vigie.journal.models import Audience, Entry, Reaction, ReactionState
from vigie.kernel import clock

pytestmark = pytest.mark.django_db(transaction=True)


def ask(path: str, *, client: str = "127.0.0.1", method: str = "GET", **headers: str) -> tuple[int, str]:
    """The answer of a process that serves no pages and does no work; started and stopped around it."""
    sent: list[dict[str, Any]] = []
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "client": (client, 1), "scheme": "http", "headers": named}

    async def run() -> None:
        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        application = Application(web=False, work=True)
        await application.works.start()
        try:
            await application(scope, None, send)
        finally:
            await application.works.stop()

    asyncio.run(run())
    return sent[0]["status"], sent[1]["body"].decode()


def test_it_is_alive_and_ready() -> None:
    assert ask("/healthz") == (200, "ok\n")
    assert ask("/readyz") == (200, '{"ready": true, "problems": []}\n')
    assert ask("/readyz", method="HEAD") == (200, "")


def test_a_missing_migration_and_a_dead_dispatcher_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from vigie.journal.dispatch import Dispatcher

    monkeypatch.setattr("vigie.config.database.unapplied", lambda: 1)
    monkeypatch.setattr(Dispatcher, "is_alive", property(lambda _self: False))
    status, body = ask("/readyz")
    assert (status, body) == (503, '{"ready": false, "problems": ["migrations", "dispatcher"]}\n')


def test_figures_count_what_waits_and_what_is_parked() -> None:
    entry = Entry.objects.create(kind="test.x", at=clock.now(), audience=Audience.STAFF)
    Reaction.objects.create(entry=entry, handler="x", state=ReactionState.PARKED, due_at=clock.now())
    status, body = ask("/metrics")
    assert status == 200
    assert 'vigie_reactions{state="parked"} 1.0' in body
    assert "process_resident_memory_bytes" in body


def test_figures_are_for_this_machine_or_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask("/metrics", client="198.51.100.1")[0] == 403
    assert ask("/metrics", x_forwarded_for="198.51.100.1")[0] == 403, "a proxy on this machine is the whole world"
    monkeypatch.setattr(settings, "METRICS_TOKEN", "s3cret-token")
    assert ask("/metrics", client="198.51.100.1", authorization="Bearer s3cret-token")[0] == 200
    assert ask("/metrics", client="198.51.100.1", authorization="Bearer other")[0] == 403


def test_a_worker_serves_no_pages() -> None:
    assert ask("/account/login/")[0] == 404


@pytest.mark.parametrize(
    "line",
    [
        "/proof/Zm9vYmFyYmF6cXV4Zm9v",
        "Not Found: /account/password/reset/key/1-Zm9vYmFyYmF6cXV4Zm9v/",
        "GET /account/confirm-email/Zm9vYmFyYmF6cXV4Zm9v/ failed",
        "Authorization: Bearer Zm9vYmFyYmF6cXV4Zm9v",
        "https://x.example/?token=Zm9vYmFyYmF6cXV4Zm9v&a=1",
        "{'password': 'Zm9vYmFyYmF6cXV4Zm9v'}",
    ],
)
def test_what_opens_doors_never_reaches_the_logs(line: str) -> None:
    assert "Zm9vYmFy" not in logs.scrub(line)


def test_the_rest_of_a_line_stays() -> None:
    assert logs.scrub("/client/tickets/12/ failed: monkey: see keyboard errors") == "/client/tickets/12/ failed: monkey: see keyboard errors"
