"""The bridge, with a real uvicorn on loopback and a WSGI application of the test's own."""

import io
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any
from wsgiref.util import FileWrapper

import httpx
import pytest

from tests.server import serve, talk
from vigie.config import body, proxies
from vigie.config.bridge import Bridge

LIMIT = 4 * 1024 * 1024


class Said(list):  # a whole answer, as Django's HttpResponse is: not streaming, with close()
    streaming = False

    def close(self) -> None:
        pass


def echo(environ: dict[str, Any], start: Callable[..., None]) -> Any:
    sent = environ["wsgi.input"].read()
    start("200 OK", [("Content-Type", "application/octet-stream"), ("X-Size", environ["CONTENT_LENGTH"])])
    return Said([sent])


@contextmanager
def bridged(app: Any, **options: Any) -> Iterator[int]:
    bridge = Bridge(app, **{"threads": 2, "limit": LIMIT, **options})
    with serve(bridge) as port:
        yield port
    bridge.pool.close()


@pytest.mark.parametrize("size", [1, 1000, body.MEMORY, body.MEMORY + 1, LIMIT])
def test_a_body_arrives_whole_whether_it_is_kept_in_memory_or_in_a_file(size: int) -> None:
    sent = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    with bridged(echo) as port:
        answer = httpx.post(f"http://127.0.0.1:{port}/", content=sent)
    assert answer.content == sent
    assert answer.headers["x-size"] == str(size)


def test_a_body_without_a_declared_length_arrives_whole() -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(300):
            yield b"a" * 5000

    with bridged(echo) as port:
        answer = httpx.post(f"http://127.0.0.1:{port}/", content=pieces())
    assert answer.content == b"a" * 1_500_000
    assert answer.headers["x-size"] == "1500000"


@pytest.mark.parametrize(("language", "word"), [("fr", "Mo"), ("en", "MB")])
def test_a_body_above_the_limit_is_refused_in_the_visitors_language(language: str, word: str) -> None:
    asked = []
    with bridged(lambda *call: asked.append(call)) as port:
        answer = httpx.post(
            f"http://127.0.0.1:{port}/", content=b"a" * (LIMIT + 1), headers={"Accept-Language": language}
        )
    assert answer.status_code == 413
    assert f"4 {word}" in answer.text.replace("\u00a0", " ").replace("\u202f", " ")
    assert answer.headers["content-language"] == language
    assert not asked


def test_a_body_that_grows_above_the_limit_without_saying_so_is_refused() -> None:
    for beyond in (1, 100):
        with bridged(echo) as port:
            pieces = (b"a" * 65536 for _ in range(LIMIT // 65536 + beyond))
            assert httpx.post(f"http://127.0.0.1:{port}/", content=pieces).status_code == 413


def test_a_client_that_asks_before_sending_too_much_is_refused_before_it_sends() -> None:
    with bridged(echo) as port:
        head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {LIMIT + 1}\r\nExpect: 100-continue\r\n\r\n"
        assert talk(port, head.encode()).startswith(b"HTTP/1.1 413")


def test_a_client_that_asks_before_sending_is_told_to_go_on() -> None:
    with bridged(echo) as port, socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 100")
        line.sendall(b"hello")
        heard = b""
        while piece := line.recv(1000):
            heard += piece
    assert heard.startswith(b"HTTP/1.1 200")
    assert heard.endswith(b"hello")


def test_head_answers_with_the_length_and_without_the_body() -> None:
    def page(_environ: Any, start: Any) -> Any:
        start("200 OK", [("Content-Type", "text/plain")])
        return Said([b"hello"])

    with bridged(page) as port:
        heard = talk(port, b"HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert b"content-length: 5" in heard
    assert heard.endswith(b"\r\n\r\n")


def test_one_connection_carries_several_requests() -> None:
    with bridged(echo) as port, socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        for word in (b"first", b"again"):
            line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n" + word)
            heard = b""
            while not heard.endswith(word):
                heard += line.recv(1000)


def test_an_application_that_raises_gives_a_500_with_the_id_under_which_it_is_logged() -> None:
    def broken(_environ: Any, _start: Any) -> Any:
        raise RuntimeError("broken")

    with bridged(broken) as port:
        answer = httpx.get(f"http://127.0.0.1:{port}/", headers={"X-Request-ID": "abcdef-123456"})
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] == "abcdef-123456"
    assert "broken" not in answer.text


def test_an_ill_formed_request_id_is_replaced() -> None:
    with bridged(echo) as port:
        answer = httpx.get(f"http://127.0.0.1:{port}/", headers={"X-Request-ID": "a b;c"})
    assert len(answer.headers["x-request-id"]) == 16


def test_headers_and_path_reach_the_application_as_wsgi_wants_them() -> None:
    seen: dict[str, Any] = {}

    def look(environ: dict[str, Any], start: Any) -> Any:
        seen.update(environ)
        start("204 No Content", [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        return Said()

    with bridged(look) as port:
        heard = talk(
            port,
            b"GET /caf%C3%A9%2Fx?q=%C3%A9&r=1 HTTP/1.1\r\nHost: h\r\nCookie: a=1\r\nCookie: b=2\r\nX-A: 1\r\nX-A: 2\r\n"
            b"X_Forwarded_For: 6.6.6.6\r\nProxy: http://evil\r\nX-Forwarded-For: 7.7.7.7\r\nX-Forwarded-Proto: https\r\n"
            b"Connection: close\r\n\r\n",
        )
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/café/x"
    assert seen["QUERY_STRING"] == "q=%C3%A9&r=1"
    assert seen["HTTP_COOKIE"] == "a=1; b=2"
    assert seen["HTTP_X_A"] == "1,2"
    assert not [key for key in seen if key in {"HTTP_X_FORWARDED_FOR", "HTTP_PROXY", "HTTP_X_FORWARDED_PROTO"}]
    assert seen["REMOTE_ADDR"] == "127.0.0.1"
    assert seen["wsgi.url_scheme"] == "http"
    assert heard.startswith(b"HTTP/1.1 204")
    assert heard.count(b"set-cookie") == 2
    assert b"content-length" not in heard


def test_a_trusted_proxy_speaks_for_its_client() -> None:
    seen: dict[str, Any] = {}

    def look(environ: dict[str, Any], start: Any) -> Any:
        seen.update(environ)
        start("200 OK", [])
        return Said()

    with bridged(look, trusted=proxies.networks(["127.0.0.1"])) as port:
        httpx.get(
            f"http://127.0.0.1:{port}/", headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.9", "X-Forwarded-Proto": "https"}
        )
    assert seen["REMOTE_ADDR"] == "203.0.113.9"
    assert seen["wsgi.url_scheme"] == "https"


def test_a_slow_sender_holds_no_thread() -> None:
    with bridged(echo, threads=1) as port, socket.create_connection(("127.0.0.1", port), timeout=5) as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nConnection: close\r\n\r\nhalf-")
        assert httpx.post(f"http://127.0.0.1:{port}/", content=b"quick", timeout=5).content == b"quick"
        slow.sendall(b"whole")
        heard = b""
        while piece := slow.recv(1000):
            heard += piece
        assert heard.endswith(b"half-whole")


def test_a_sender_that_falls_silent_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "PATIENCE", 0.2)
    with bridged(echo) as port:
        heard = talk(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf-")
    assert heard.startswith(b"HTTP/1.1 408")


def test_a_client_that_leaves_while_sending_asks_nothing() -> None:
    asked = threading.Event()

    def app(environ: Any, start: Any) -> Any:
        if environ["REQUEST_METHOD"] == "POST":
            asked.set()
        return echo(environ, start)

    with bridged(app) as port:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf-")
        assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 200
    assert not asked.is_set()


class Long:
    """A streamed file that tells when it was closed."""

    def __init__(self, size: int) -> None:
        self.closed = threading.Event()
        self.pieces = FileWrapper(io.BytesIO(b"z" * size), 65536)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.pieces)

    def close(self) -> None:
        self.closed.set()


def test_a_streamed_answer_arrives_whole_and_is_closed() -> None:
    long = Long(3_000_000)

    def app(_environ: Any, start: Any) -> Any:
        start("200 OK", [("Content-Length", "3000000")])
        return long

    with bridged(app) as port:
        assert len(httpx.get(f"http://127.0.0.1:{port}/").content) == 3_000_000
        assert long.closed.wait(5)


def test_a_slow_reader_holds_no_thread_and_what_it_leaves_is_closed() -> None:
    long = Long(200_000_000)

    def app(environ: dict[str, Any], start: Any) -> Any:
        if environ["PATH_INFO"] == "/quick":
            start("200 OK", [])
            return Said([b"quick"])
        start("200 OK", [("Content-Length", "200000000")])
        return long

    with bridged(app, threads=1) as port:
        with closing(socket.create_connection(("127.0.0.1", port), timeout=5)) as slow:
            slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert slow.recv(100)
            time.sleep(0.3)  # let the buffers fill: the answer now waits for its reader
            assert httpx.get(f"http://127.0.0.1:{port}/quick", timeout=5).text == "quick"
            assert not long.closed.is_set()
        assert long.closed.wait(5)


def test_when_the_line_is_too_long_new_requests_are_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vigie.config.bridge.CROWD", 0)
    with bridged(echo) as port:
        answer = httpx.get(f"http://127.0.0.1:{port}/")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
