"""Lines to the live endpoint of a real server."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client
from websockets.sync.client import ClientConnection, connect

from vigie.journal.models import Audience, Entry
from vigie.journal.record import record
from vigie.kernel import clock
from vigie.kernel.live import hub
from vigie.people.models import User


def cookie_of(user: User) -> str:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


@contextmanager
def socket_of(port: int, user: User | str | None, **headers: str) -> Iterator[ClientConnection]:
    cookie = user if isinstance(user, str) else cookie_of(user) if user else ""
    origin = headers.pop("Origin", f"http://127.0.0.1:{port}")
    sent = {"Cookie": cookie, **headers} if cookie else headers
    url = f"ws://127.0.0.1:{port}/live"
    with connect(url, origin=origin, additional_headers=sent, close_timeout=0.1) as line:  # type: ignore[arg-type]
        yield line


def say(line: ClientConnection, **what: Any) -> None:
    line.send(json.dumps(what))


def hear(line: ClientConnection, timeout: float = 5) -> dict[str, Any]:
    return dict(json.loads(line.recv(timeout)))


def begin(line: ClientConnection, *topics: str, after: int | None = None) -> dict[str, Any]:
    say(line, topics=list(topics), after=after)
    hello = hear(line)
    assert hello["kind"] == "hello"
    return hello


def nothing_more(line: ClientConnection) -> None:
    """Everything sent so far has arrived: the answer to a ping comes next."""
    say(line, ping=1)
    assert hear(line)["kind"] == "pong"


def write(kind: str = "test.happened", audience: Audience = Audience.CUSTOMER, **about: Any) -> Entry:
    with transaction.atomic():
        return Entry.objects.get(id=record(kind, at=clock.now(), audience=audience, **about))


def published(entry: Entry) -> None:
    """Wait until the hub has passed the entry on."""
    until = time.monotonic() + 5
    while hub.cursor < entry.id and time.monotonic() < until:
        time.sleep(0.01)
    assert hub.cursor >= entry.id


def hear_live(line: ClientConnection) -> int:
    write()
    return int(hear(line)["id"])
