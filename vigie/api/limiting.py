"""How often a caller may ask: a count for each minute, kept in the cache (Redis when scaled out)."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache

from vigie.kernel.limits import place_of

WINDOW = 60
STRANGERS = 60


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of `quota` in this window, and after how many seconds it is whole again."""

    quota: int
    left: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        """draft-ietf-httpapi-ratelimit-headers."""
        return {
            "RateLimit-Policy": f'"default";q={self.quota};w={WINDOW}',
            "RateLimit": f'"default";r={max(0, self.left)};t={self.reset}',
        }


def spend(who: str, quota: int) -> Allowance:
    """Count one request of `who`; `left` is negative when it was one too many."""
    now = int(time.time())
    window, reset = now // WINDOW, WINDOW - now % WINDOW
    key = f"api-rate:{who}:{window}"
    cache.add(key, 0, WINDOW * 2)
    try:
        used = cache.incr(key)
    except ValueError:  # dropped between the two calls
        used = 1
    return Allowance(quota, quota - used, reset)


def of_token(token_id: int) -> Allowance:
    return spend(f"token:{token_id}", settings.API_RATE)


def of_stranger(address: str) -> Allowance:
    """Requests without a valid token, by network address: guessing tokens is slow."""
    return spend(f"address:{place_of(address)}", STRANGERS)
