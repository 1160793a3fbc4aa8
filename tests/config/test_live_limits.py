"""The live endpoint on a real server: what is ill-formed, too much or silent is closed."""

import json

import pytest
from websockets.exceptions import ConnectionClosed

from tests import worlds
from tests.config.listening import begin, cookie_of, say, socket_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("not json", 4400),
        ("[]", 4400),
        ('{"topics": "staff"}', 4400),
        ('{"topics": [1]}', 4400),
        ('{"topics": ["staff"], "after": -1}', 4400),
        ('{"topics": ["staff"], "after": "1"}', 4400),
        (json.dumps({"topics": ["staff"] * 65}), 4400),
        ('{"presence": {"conversation": "1"}}', 4400),
        ('{"ping": "' + "a" * 9000 + '"}', 4400),
        (b"\x00\x01", 4400),
        ("{" * 5000, 4400),
    ],
)
def test_ill_formed_messages_close_the_page(port: int, sent: str | bytes, code: int) -> None:
    with socket_of(port, worlds.agent()) as line:
        line.send(sent)
        with pytest.raises(ConnectionClosed) as closed:
            line.recv(5)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == code


def test_a_flood_of_messages_closes_the_page(port: int) -> None:
    with socket_of(port, worlds.agent()) as line, pytest.raises(ConnectionClosed) as closed:
        for _ in range(200):
            say(line, ping=1)
        while True:
            line.recv(5)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 4429


def test_one_person_may_not_open_endless_pages(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vigie.kernel.socket.PAGES", 1)
    cookie = cookie_of(worlds.agent())
    with socket_of(port, cookie) as first:
        begin(first, "staff")
        with socket_of(port, cookie) as second, pytest.raises(ConnectionClosed) as closed:
            second.recv(5)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 4429


def test_a_page_that_says_nothing_is_closed(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vigie.kernel.socket.PATIENCE", 0.1)
    with socket_of(port, worlds.agent()) as line, pytest.raises(ConnectionClosed):
        line.recv(5)
