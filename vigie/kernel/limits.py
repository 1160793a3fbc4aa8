"""How often something may be done: counts in the cache, shared by all processes where Redis is.

A count belongs to a fixed window of time, so that it is one increment, and nothing is written to the database by a flood.
"""

import ipaddress
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import caches


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` in `seconds`; `name` keeps its counts apart from those of other limits."""

    name: str
    count: int
    seconds: int


def spend(limit: Limit, who: str | int, amount: int = 1) -> int:
    """Count `amount` for `who`. 0 when it may be done, else the seconds to wait.

    What is refused counts too, and the window ends all the same. Always 0 where VIGIE_LIMITS is off.
    """
    if not settings.LIMITS:
        return 0
    kept, now = caches["limits"], int(time.time())
    window, passed = divmod(now, limit.seconds)
    key = f"limit:{limit.name}:{who}:{window}"
    kept.add(key, 0, limit.seconds + 60)
    try:
        used = kept.incr(key, amount)
    except ValueError:  # dropped between the two calls
        used = amount
    return limit.seconds - passed if used > limit.count else 0


def place_of(address: str) -> str:
    """Who counts as one place: an IPv4 address, or an IPv6 network of 64 bits, since a single host has all of those."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped) if ip.ipv4_mapped else str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
