"""Outbound HTTP, guarded: what Vigie may be told to call (SSRF), how long it waits, and how much it reads.

The name is resolved once, every address it has is judged, and the connection goes to the address that was judged, so that a
name which answers differently the second time (DNS rebinding) reaches nothing. No redirects, no proxies from the environment,
no credentials in URLs, TLS always verified.
"""

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

from django.conf import settings

from vigie.kernel import baton

_MAX_BYTES = 1 << 20
_TIMEOUT = 10.0
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e]*")
_HOST = re.compile(r"[0-9A-Za-z.:_-]+")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection"})
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")
_TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_TEREDO = ipaddress.ip_network("2001::/32")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class FetchError(Exception):
    """The call was not made, or its answer was not had. The message is for logs and staff, in English."""


class Forbidden(FetchError):
    """The URL or a header is not one that may be sent, or the address is not one that may be reached."""


class TimedOut(FetchError):
    """The whole exchange did not end in time. It may have had its effect there."""


class TooLarge(FetchError):
    """The answer is longer than allowed."""


class Unreachable(FetchError):
    """No connection, no TLS, or no HTTP."""


@dataclass(frozen=True, slots=True)
class Response:
    """`headers` have lower-case names; of a repeated one, the values are joined by `, `. A redirect is answered as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


@baton.laid_down()
def fetch(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    timeout: float = _TIMEOUT,
    max_bytes: int = _MAX_BYTES,
) -> Response:
    """Make one call. `timeout` bounds the whole of it in seconds, however slowly the other side drips; `max_bytes` the body.

    Only addresses of the public internet are reached; hosts named in VIGIE_ALLOW_PRIVATE_HOSTS (`host` or `host:port`) may
    be anywhere. A private authority is trusted through SSL_CERT_FILE. Raises one of the `FetchError` family.
    """
    parts = _checked(method, url, headers or {})
    host, port = _place(parts)
    alarm = _Alarm(time.monotonic() + timeout)
    try:
        place = _judge(host, port, _resolve(host, port, alarm))
        connection = _connection(parts, host, port, place, alarm)
        try:
            answer = _exchange(connection, method, parts, headers or {}, body, max_bytes)
        finally:
            connection.close()
    except TimeoutError as error:
        raise TimedOut(f"{host} did not answer within {timeout:g} s") from error
    except (OSError, http.client.HTTPException) as error:
        if alarm.rang:
            raise TimedOut(f"{host} did not answer within {timeout:g} s") from error
        raise Unreachable(f"{host}: {error or type(error).__name__}") from error
    finally:
        alarm.stop()
    if alarm.rang:
        raise TimedOut(f"{host} did not answer within {timeout:g} s")
    return answer


class _Alarm:
    """Cuts the connection at the deadline: a time-out of the socket alone begins anew with every byte that comes."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.rang = False
        self._twin: socket.socket | None = None
        self._timer: threading.Timer | None = None

    @property
    def left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def watch(self, wire: socket.socket) -> None:
        """TLS takes the descriptor away from `wire`, so a second one on the same connection is kept for the cut."""
        self._twin = wire.dup()
        self._timer = threading.Timer(self.left, self._ring)
        self._timer.daemon = True
        self._timer.start()

    def _ring(self) -> None:
        self.rang = True
        if self._twin is not None:
            with suppress(OSError):
                self._twin.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
        if self._twin is not None:
            self._twin.close()


def public(address: Address) -> bool:
    """Whether an address lies on the public internet: no private, local, metadata, reserved, multicast or tunnelled-to-such one."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _inner(address)
        if inner is not None:
            return public(inner)
        if address not in _GLOBAL_UNICAST:
            return False
    return address.is_global and not (
        address.is_multicast
        or address.is_reserved
        or address.is_unspecified
        or address.is_loopback
        or address.is_link_local
    )


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that packets to this one end up at."""
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address in _SIX_TO_FOUR:
        return address.sixtofour
    if address in _TEREDO:
        return ipaddress.IPv4Address(0)  # a tunnel to somewhere we cannot judge
    if any(address in network for network in _TRANSLATED) or int(address) >> 32 == 0:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _checked(method: str, url: str, headers: Mapping[str, str]) -> SplitResult:
    if method not in _METHODS:
        raise Forbidden(f"method {method!r}")
    if len(url) > 4096 or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise Forbidden("the URL holds characters that must be escaped")
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name) or not _VALUE.fullmatch(value) or name.lower() in _OURS:
            raise Forbidden(f"header {name!r}")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise Forbidden(str(error)) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or not _HOST.fullmatch(parts.hostname):
        raise Forbidden("only http:// and https:// with a host")
    if parts.username is not None or parts.password is not None:
        raise Forbidden("no credentials in the URL")
    return parts


def _place(parts: SplitResult) -> tuple[str, int]:
    host = parts.hostname or ""
    port = parts.port if parts.port is not None else 443 if parts.scheme == "https" else 80
    if not 0 < port < 65536:
        raise Forbidden(f"port {port}")
    return host.lower().rstrip("."), port


def _resolve(host: str, port: int, alarm: _Alarm) -> list[tuple[int, Address]]:
    """Every address of the host. The resolver has no time-out of ours, so it is waited for and not obeyed."""
    found: list[tuple[int, Address]] = []
    failed: list[Exception] = []

    def ask() -> None:
        try:
            for family, _type, _proto, _name, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                found.append((family, ipaddress.ip_address(place[0])))
        except (OSError, ValueError) as error:  # UnicodeError is a ValueError
            failed.append(error)

    asking = threading.Thread(target=ask, daemon=True, name="vigie-resolve")
    asking.start()
    asking.join(alarm.left)
    if asking.is_alive():
        raise TimeoutError
    if failed or not found:
        raise Unreachable(f"{host} has no address") from (failed[0] if failed else None)
    return found


def _judge(host: str, port: int, addresses: list[tuple[int, Address]]) -> tuple[int, Address]:
    """The address to connect to. One private address among several refuses them all: which one is used would be luck."""
    allowed = {one.lower() for one in settings.ALLOW_PRIVATE_HOSTS}
    named = f"[{host}]" if ":" in host else host
    if not allowed & {host, named, f"{named}:{port}"}:
        for _family, address in addresses:
            if not public(address):
                raise Forbidden(f"{host} is {address}, which is not on the public internet (VIGIE_ALLOW_PRIVATE_HOSTS)")
    return addresses[0]


def _connection(
    parts: SplitResult, host: str, port: int, place: tuple[int, Address], alarm: _Alarm
) -> http.client.HTTPConnection:
    def connect(*_ignored: object, **_also: object) -> socket.socket:
        family, address = place
        wire = socket.socket(family, socket.SOCK_STREAM)
        try:
            wire.settimeout(alarm.left)
            wire.connect((str(address), port))
            alarm.watch(wire)
        except BaseException:
            wire.close()
            raise
        return wire

    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(host, port, context=ssl.create_default_context())
    else:
        connection = http.client.HTTPConnection(host, port)
    connection._create_connection = connect  # type: ignore[attr-defined]  # noqa: SLF001  the only hook that keeps SNI and Host
    return connection


def _exchange(
    connection: http.client.HTTPConnection,
    method: str,
    parts: SplitResult,
    headers: Mapping[str, str],
    body: bytes,
    max_bytes: int,
) -> Response:
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=-._~") + (f"?{parts.query}" if parts.query else "")
    connection.putrequest(method, target, skip_accept_encoding=True)
    connection.putheader("Connection", "close")
    if body or method in {"POST", "PUT", "PATCH"}:
        connection.putheader("Content-Length", str(len(body)))
    for name, value in {"User-Agent": "Vigie", "Accept": "*/*", **headers}.items():
        connection.putheader(name, value)
    connection.endheaders(body or None)
    answer = connection.getresponse()
    if answer.length is not None and answer.length > max_bytes:
        raise TooLarge(f"more than {max_bytes} bytes")
    read = bytearray()
    while block := answer.read1(max_bytes + 1 - len(read)):
        read += block
        if len(read) > max_bytes:
            raise TooLarge(f"more than {max_bytes} bytes")
    if answer.length:
        raise http.client.IncompleteRead(bytes(read), answer.length)
    joined: dict[str, str] = {}
    for name, value in answer.headers.items():
        joined[name.lower()] = f"{joined[name.lower()]}, {value}" if name.lower() in joined else value
    return Response(status=answer.status, headers=joined, body=bytes(read))
