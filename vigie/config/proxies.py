"""Who is on the other end: `X-Forwarded-For` and `X-Forwarded-Proto` count only when a proxy we trust says them."""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Headers = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Peer:
    """The client's address and the scheme it used; `direct` when no proxy (trusted or not) stands in between."""

    address: str
    scheme: str
    direct: bool


def networks(words: Iterable[str]) -> tuple[Network, ...]:
    """`127.0.0.1`, `10.0.0.0/8`, `fd00::/8` ... Raises ValueError for anything else."""
    return tuple(ipaddress.ip_network(word, strict=False) for word in words)


def peer(client: Sequence[object] | None, scheme: str, headers: Headers, trusted: tuple[Network, ...]) -> Peer:
    """Walk `X-Forwarded-For` from the right for as long as a trusted proxy vouches for the address before it."""
    address = str(client[0]) if client else ""
    forwarded = [value for name, value in headers if name in {b"x-forwarded-for", b"forwarded", b"x-real-ip"}]
    if not (trusted and _is_trusted(address, trusted)):
        return Peer(address, scheme, not forwarded)
    hops = [
        hop.strip()
        for name, value in headers
        if name == b"x-forwarded-for"
        for hop in value.decode("latin-1").split(",")
        if hop.strip()
    ]
    while hops and _is_trusted(address, trusted):
        given = _address(hops.pop())
        if given is None:
            break
        address = given
    protocols = [value for name, value in headers if name == b"x-forwarded-proto"]
    if protocols:
        said = protocols[-1].decode("latin-1").split(",")[-1].strip().lower()
        scheme = said if said in {"http", "https"} else scheme
    return Peer(address, scheme, not forwarded)


def _address(text: str) -> str | None:
    """The address of one hop, without port or brackets; None when it is none."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def _is_trusted(address: str, trusted: tuple[Network, ...]) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in network for network in trusted)


def is_loopback(address: str) -> bool:
    """Whether the address is this machine."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
