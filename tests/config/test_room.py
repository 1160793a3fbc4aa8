"""Large bodies on their way in: bounded for one place and for all, while small requests and honest uploads go on."""

import socket
from contextlib import ExitStack

import httpx
import pytest

from tests.config.test_bridge import LIMIT, bridged, echo
from vigie.config import body, proxies, room
from vigie.config.room import Full, Room

PIECE = b"a" * 200_000


def begin(port: int, address: str = "203.0.113.7", sent: bytes = PIECE) -> socket.socket:
    """A sender that has begun and does not end."""
    line = socket.create_connection(("127.0.0.1", port), timeout=5)
    head = f"POST / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {address}\r\nContent-Length: {LIMIT}\r\nConnection: close\r\n\r\n"
    line.sendall(head.encode() + sent)
    return line


def post(port: int, content: bytes, address: str = "203.0.113.7") -> httpx.Response:
    return httpx.post(f"http://127.0.0.1:{port}/", content=content, headers={"X-Forwarded-For": address}, timeout=20)


def wait_for(port: int, status: int, address: str = "203.0.113.7") -> httpx.Response:
    """The senders' first bytes arrive when they do: ask until they count."""
    for _turn in range(200):
        answer = post(port, PIECE, address)
        if answer.status_code == status:
            return answer
    raise AssertionError(answer.status_code)


def test_one_place_sends_so_many_large_bodies_at_once_and_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "BODIES", 2)
    with bridged(echo, trusted=proxies.networks(["127.0.0.1"])) as port, ExitStack() as lines:
        slow = [lines.enter_context(begin(port, f"2001:db8::{n}")) for n in (1, 2)]
        refused = wait_for(port, 429, "2001:db8::3")
        assert refused.headers["retry-after"] == "60"
        assert "Trop de fichiers" in refused.text
        assert post(port, b"small", "2001:db8::3").content == b"small"
        assert post(port, PIECE, "2001:db8:0:1::1").content == PIECE
        slow[0].close()
        assert wait_for(port, 200, "2001:db8::3").content == PIECE


def test_all_places_together_have_an_end_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "EVERYONE", 2)
    with bridged(echo, trusted=proxies.networks(["127.0.0.1"])) as port, ExitStack() as lines:
        for n in (1, 2):
            lines.enter_context(begin(port, f"198.51.100.{n}"))
        assert wait_for(port, 503).headers["retry-after"]
        assert post(port, b"small").content == b"small"


def test_a_sender_of_drops_is_let_go_and_gives_its_room_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "PACE", LIMIT * 100)
    with bridged(echo) as port:
        monkeypatch.setattr(body, "PATIENCE", 0.05)
        with begin(port) as line:
            heard = b""
            for _turn in range(100):
                try:
                    line.sendall(b"a")
                    line.settimeout(0.02)
                    heard += line.recv(1000)
                except TimeoutError:
                    continue
                except OSError:
                    break
                if b"\r\n\r\n" in heard:
                    break
        assert heard.startswith(b"HTTP/1.1 408")
        monkeypatch.setattr(body, "PATIENCE", 30.0)
        assert post(port, b"a" * LIMIT).status_code == 200


def test_bytes_are_counted_for_a_place_and_for_all_and_given_back() -> None:
    place = Room(100, lambda: 800)  # 400 in all, 100 for one place
    first = place.enter("203.0.113.1")
    first.grow(60)
    second = place.enter("203.0.113.1")
    with pytest.raises(Full) as full:
        second.grow(60)
    assert not full.value.everywhere
    shares = [place.enter(f"203.0.113.{n}") for n in (2, 3, 4)]
    for share in shares:
        share.grow(100)
    last = place.enter("203.0.113.9")
    with pytest.raises(Full) as full:
        last.grow(60)
    assert full.value.everywhere
    for share in (first, second, last, *shares):
        share.leave()
    assert (place.all.size, place.all.bodies, place.places) == (0, 0, {})


def test_the_room_is_less_where_the_disk_is_small_yet_holds_one_body() -> None:
    assert Room(100, lambda: 10**9).size == 4000
    assert Room(100, lambda: 1000).size == 500
    assert Room(100, lambda: 10).size == 100


def test_a_small_body_asks_for_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "EVERYONE", 0)
    with bridged(echo) as port:
        assert post(port, b"a" * room.SMALL).status_code == 200
        assert post(port, b"a" * (room.SMALL + 1)).status_code == 503
