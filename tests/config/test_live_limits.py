"""The live endpoint on a real server: what is ill-formed, too much or silent is closed."""

import json
from types import SimpleNamespace

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests import worlds
from tests.config.listening import begin, cookie_of, nothing_more, say, socket_of

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


def test_one_place_may_not_open_endless_pages_whoever_asks(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vigie.kernel.crowd.OPEN", 2)
    one, two = worlds.agent(), worlds.agent()
    with socket_of(port, one) as first, socket_of(port, two) as second:
        begin(first, "staff")
        begin(second, "staff")
        with pytest.raises(InvalidStatus) as refused, socket_of(port, worlds.agent()):
            pass
        assert refused.value.response.status_code == 403
        answer = httpx.get(f"http://127.0.0.1:{port}/live?topics=staff", headers={"Cookie": cookie_of(two)})
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
        nothing_more(first)
    with socket_of(port, worlds.agent()) as later:
        begin(later, "staff")


def test_strangers_are_looked_up_so_often_and_no_more(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vigie.kernel.crowd.STRANGERS", 3)
    asked: list[str] = []
    monkeypatch.setattr("vigie.config.live.Doorman.admit", lambda _self, session: asked.append(session))
    where = f"http://127.0.0.1:{port}/live"
    guess = {"Cookie": f"{cookie_of(worlds.agent()).partition('=')[0]}=guess", "Origin": f"http://127.0.0.1:{port}"}
    answers = [httpx.get(where, headers=guess).status_code for _turn in range(5)]
    assert answers == [401, 401, 401, 429, 429]
    assert httpx.post(where, headers=guess, json={}).status_code == 429
    assert len(asked) == 3


def test_openings_of_one_place_are_counted_by_the_minute(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vigie.kernel.crowd.TRIES", 2)
    cookie = cookie_of(worlds.agent())
    for _turn in range(2):
        with socket_of(port, cookie) as line:
            begin(line, "staff")
    with pytest.raises(InvalidStatus), socket_of(port, cookie):
        pass
    monkeypatch.setattr("vigie.kernel.crowd.time", SimpleNamespace(monotonic=lambda: 10.0**9))  # the minute has passed
    with socket_of(port, cookie) as line:
        begin(line, "staff")
