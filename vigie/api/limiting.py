"""How often a caller may ask: a count for each minute, kept in the cache (Redis when scaled out)."""

import hashlib
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache

from vigie.kernel.limits import place_of

WINDOW = 60
STRANGERS = 60
REMEMBERED = 3600  # seconds a token that was good is looked up whatever else came from its address


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
    key, reset = _window(who)
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
    return spend(_place(address), STRANGERS)


def stranger_must_wait(address: str, secret: str) -> Allowance | None:
    """Before a token is looked up: what is left where too many wrong ones came from. None when it may be looked up.

    A token that was good within the hour is looked up all the same: nobody else's guesses keep it out.
    """
    key, reset = _window(_place(address))
    used = cache.get(key, 0)
    if used < STRANGERS or cache.get(_good(secret)):
        return None
    return Allowance(STRANGERS, -1, reset)


def was_good(secret: str) -> None:
    """The token was valid just now."""
    cache.add(_good(secret), 1, REMEMBERED)


def _place(address: str) -> str:
    return f"address:{place_of(address)}"


def _good(secret: str) -> str:
    return "api-good:" + hashlib.sha256(secret.encode()).hexdigest()


def _window(who: str) -> tuple[str, int]:
    now = int(time.time())
    return f"api-rate:{who}:{now // WINDOW}", WINDOW - now % WINDOW
