"""The guarded client against real servers on loopback."""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from vigie.kernel import fetch as kernel_fetch
from vigie.kernel.fetch import FetchError, Forbidden, TimedOut, TooLarge, Unreachable, fetch, public

Answer = Callable[[socket.socket, bytes], None]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Two: a\r\nX-Two: b\r\n\r\nok"


class Server:
    """Answers each connection with `answer(socket, request head)`; keeps what was asked."""

    def __init__(self, answer: Answer, context: ssl.SSLContext | None = None) -> None:
        self.answer, self.context = answer, context
        self.asked: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                plain, _place = self._listener.accept()
            except OSError:
                return
            with plain:
                try:
                    wire = self.context.wrap_socket(plain, server_side=True) if self.context else plain
                    with closing(wire):
                        asked = b""
                        while b"\r\n\r\n" not in asked:
                            asked += wire.recv(65536)
                        self.asked.append(asked)
                        self.answer(wire, asked)
                except OSError:
                    continue

    def url(self, path: str = "/", scheme: str = "http", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


@pytest.fixture
def serve(settings: object) -> Iterator[Callable[..., Server]]:
    settings.ALLOW_PRIVATE_HOSTS = ["127.0.0.1", "LOCALHOST"]  # type: ignore[attr-defined]
    made: list[Server] = []

    def make(answer: Answer | bytes = OK, context: ssl.SSLContext | None = None) -> Server:
        made.append(
            Server((lambda wire, _asked: wire.sendall(answer)) if isinstance(answer, bytes) else answer, context)
        )
        return made[-1]

    yield make
    for server in made:
        server.stop()


def test_a_call_carries_what_was_given_and_brings_the_answer(serve: Callable[..., Server]) -> None:
    server = serve()
    answer = fetch("POST", server.url("/a b?c=d".replace(" ", "%20")), headers={"X-Me": "1"}, body=b"hello")
    assert (answer.status, answer.ok, answer.body, answer.headers["x-two"]) == (200, True, b"ok", "a, b")
    head = server.asked[0].decode()
    assert head.startswith("POST /a%20b?c=d HTTP/1.1\r\n")
    for line in (
        "X-Me: 1",
        "Content-Length: 5",
        f"Host: 127.0.0.1:{server.port}",
        "User-Agent: Vigie",
        "Connection: close",
    ):
        assert f"\r\n{line}\r\n" in head
    assert "Accept-Encoding" not in head


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255",
        "224.0.0.1", "192.0.2.1", "198.18.0.1", "240.0.0.1", "192.0.0.1", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::1",
        "2001:0:7f00:1::", "::7f00:1", "2001:db8::1", "fec0::1", "64:ff9b:1::a00:1",
    ],
)  # fmt: skip
def test_addresses_off_the_public_internet_are_not_public(address: str) -> None:
    assert not public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
)
def test_addresses_of_the_public_internet_are_public(address: str) -> None:
    assert public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://2130706433:{port}/", "http://0x7f000001:{port}/", "http://127.1:{port}/",
        "http://0:{port}/", "http://[::1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "http://0177.0.0.1:{port}/", "http://localhost.:{port}/",
    ],
)  # fmt: skip
def test_loopback_is_refused_however_it_is_spelled(serve: Callable[..., Server], settings: object, url: str) -> None:
    server = serve()
    settings.ALLOW_PRIVATE_HOSTS = []  # type: ignore[attr-defined]
    with pytest.raises(FetchError) as caught:
        fetch("GET", url.format(port=server.port), timeout=5)
    assert isinstance(caught.value, (Forbidden, Unreachable))
    assert server.asked == []


def test_one_private_address_among_several_refuses_the_host(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ALLOW_PRIVATE_HOSTS = []  # type: ignore[attr-defined]
    both = [(socket.AF_INET, 1, 6, "", (address, 80)) for address in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_also: both)
    with pytest.raises(Forbidden, match=r"10\.0\.0\.1"):
        fetch("GET", "http://two.example/")


def test_a_name_is_resolved_once_and_the_judged_address_is_the_one_called(
    serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, asked, real = serve(), [], socket.getaddrinfo

    def once(host: str, port: int, **also: int) -> object:
        asked.append(host)
        return real("127.0.0.1", port, **also)

    monkeypatch.setattr(socket, "getaddrinfo", once)
    assert fetch("GET", server.url(host="localhost")).ok
    assert asked == ["localhost"]
    assert f"Host: localhost:{server.port}".encode() in server.asked[0]


def test_only_the_host_and_port_that_were_allowed_are_reached(serve: Callable[..., Server], settings: object) -> None:
    server = serve()
    settings.ALLOW_PRIVATE_HOSTS = [f"127.0.0.1:{server.port}"]  # type: ignore[attr-defined]
    assert fetch("GET", server.url()).ok
    settings.ALLOW_PRIVATE_HOSTS = [f"127.0.0.1:{server.port + 1}"]  # type: ignore[attr-defined]
    with pytest.raises(Forbidden):
        fetch("GET", server.url())


def test_a_redirect_is_not_followed(serve: Callable[..., Server]) -> None:
    server = serve(b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n")
    answer = fetch("GET", server.url())
    assert (answer.status, answer.ok, len(server.asked)) == (302, False, 1)


def test_proxies_of_the_environment_are_not_used(serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetch("GET", serve().url()).ok


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/", "file:///etc/passwd", "http:///x", "http://u:p@a.example/", "http://a.example:99999/", "http://a.example:0/",
        "http://a.example/\r\nX: y", "http://a.example/ x", "http://a.example\\@b.example/", "http://é.example/", "http://a%2eexample/", "gopher://x/",
        "http://[::1", "http://[fe80::1%25eth0]/", "http://" + "a" * 5000,
    ],
)  # fmt: skip
def test_urls_that_are_no_plain_http_are_refused(url: str) -> None:
    with pytest.raises(Forbidden):
        fetch("GET", url)


@pytest.mark.parametrize(
    "headers",
    [
        {"X": "a\r\nY: b"},
        {"X\r\nY": "b"},
        {"X": "a\nb"},
        {"X:": "b"},
        {"X": "é"},
        {"": "x"},
        {"Host": "x"},
        {"content-length": "3"},
        {"X": "\0"},
    ],
)
def test_headers_cannot_be_injected(headers: dict[str, str]) -> None:
    with pytest.raises(Forbidden):
        fetch("GET", "http://a.example/", headers=headers)


def test_methods_are_those_known() -> None:
    for method in ("CONNECT", "get", "GET / HTTP/1.1\r\nX: y"):
        with pytest.raises(Forbidden):
            fetch(method, "http://a.example/")


def drip(piece: bytes) -> Answer:
    def answer(wire: socket.socket, _asked: bytes) -> None:
        for _turn in range(200):
            wire.sendall(piece)
            time.sleep(0.05)

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        lambda _wire, _asked: time.sleep(1),
        drip(b"HTTP/1.1 100 Continue\r\n\r\n"),
        lambda wire, asked: (wire.sendall(b"HTTP/1.1 200 OK\r\n"), drip(b"X: y\r\n")(wire, asked)),
        lambda wire, asked: (wire.sendall(b"HTTP/1.1 200 OK\r\n\r\n"), drip(b"x")(wire, asked)),
        lambda wire, asked: (
            wire.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
            drip(b"1\r\nx\r\n")(wire, asked),
        ),
    ],
)
def test_the_whole_call_ends_in_time_however_slowly_the_other_side_drips(
    serve: Callable[..., Server], answer: Answer
) -> None:
    server = serve(answer)
    with pytest.raises(TimedOut):
        fetch("GET", server.url(), timeout=0.3)


def test_a_resolver_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_also: gone.wait(10) and [])
    with pytest.raises(TimedOut):
        fetch("GET", "http://slow.example/", timeout=0.1)
    gone.set()


@pytest.mark.parametrize(
    "head",
    [b"Content-Length: 1001\r\n\r\n", b"\r\n", b"Transfer-Encoding: chunked\r\n\r\n3E9\r\n"],
)
def test_a_long_answer_is_not_read_to_its_end(serve: Callable[..., Server], head: bytes) -> None:
    server = serve(b"HTTP/1.1 200 OK\r\n" + head + b"x" * 1001)
    with pytest.raises(TooLarge):
        fetch("GET", server.url(), max_bytes=1000)


def test_an_answer_of_just_the_size_allowed_is_taken(serve: Callable[..., Server]) -> None:
    assert fetch("GET", serve(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1000).url(), max_bytes=1000).body == b"x" * 1000


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200,
    ],
)
def test_what_is_no_whole_http_answer_is_told_as_unreachable(serve: Callable[..., Server], answer: bytes) -> None:
    with pytest.raises(Unreachable):
        fetch("GET", serve(answer).url())


def test_a_closed_port_is_unreachable(settings: object) -> None:
    settings.ALLOW_PRIVATE_HOSTS = ["127.0.0.1"]  # type: ignore[attr-defined]
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable):
        fetch("GET", f"http://127.0.0.1:{port}/")


def certificate(folder: Path, name: str, *, days: int = 1) -> tuple[ssl.SSLContext, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=9)).not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / f"{name}.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = folder / f"{name}.key"
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, secret)
    return context, path


def test_tls_is_verified_by_authority_and_name(
    serve: Callable[..., Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, authority = certificate(tmp_path, "localhost")
    server = serve(OK, context)
    with pytest.raises(Unreachable):
        fetch("GET", server.url(scheme="https", host="localhost"))
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    assert fetch("GET", server.url(scheme="https", host="localhost")).ok
    with pytest.raises(Unreachable):
        fetch("GET", server.url(scheme="https", host="127.0.0.1"))
    old, authority = certificate(tmp_path, "localhost", days=-1)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with pytest.raises(Unreachable):
        fetch("GET", serve(OK, old).url(scheme="https", host="localhost"))


def test_a_tls_handshake_that_hangs_ends_in_time(serve: Callable[..., Server]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as mute, pytest.raises(TimedOut):
        fetch("GET", f"https://127.0.0.1:{mute.getsockname()[1]}/", timeout=0.2)


def test_nothing_is_left_running(serve: Callable[..., Server]) -> None:
    server = serve()
    before = threading.active_count()
    for _turn in range(5):
        fetch("GET", server.url())
    assert threading.active_count() == before
    assert kernel_fetch.fetch is fetch
