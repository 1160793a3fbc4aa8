"""The cache shared through Redis. What is kept in it is counts and copies, never the only one of anything: while Redis is
away each process keeps its own, and no page breaks.
"""

import time
from typing import Any

import redis
import structlog
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

log = structlog.stdlib.get_logger("vigie.cache")
REST = 5.0  # seconds until Redis is asked again after it did not answer


class Shared(RedisCache):
    """Django's Redis cache with a memory of its own to fall back on."""

    _away_until = 0.0  # on the class: what one thread learnt spares the others the wait

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._own = LocMemCache("while-redis-is-away", {"OPTIONS": {"MAX_ENTRIES": 20000}})

    def _ask(self, name: str, *given: Any, **named: Any) -> Any:
        if time.monotonic() >= Shared._away_until:
            try:
                return getattr(super(), name)(*given, **named)
            except redis.RedisError as problem:
                Shared._away_until = time.monotonic() + REST
                log.warning("cache.away", error=repr(problem))
        return getattr(self._own, name)(*given, **named)

    def add(self, *given: Any, **named: Any) -> Any:
        return self._ask("add", *given, **named)

    def get(self, *given: Any, **named: Any) -> Any:
        return self._ask("get", *given, **named)

    def set(self, *given: Any, **named: Any) -> Any:
        return self._ask("set", *given, **named)

    def touch(self, *given: Any, **named: Any) -> Any:
        return self._ask("touch", *given, **named)

    def delete(self, *given: Any, **named: Any) -> Any:
        return self._ask("delete", *given, **named)

    def get_many(self, *given: Any, **named: Any) -> Any:
        return self._ask("get_many", *given, **named)

    def has_key(self, *given: Any, **named: Any) -> Any:
        return self._ask("has_key", *given, **named)

    def incr(self, *given: Any, **named: Any) -> Any:
        return self._ask("incr", *given, **named)

    def set_many(self, *given: Any, **named: Any) -> Any:
        return self._ask("set_many", *given, **named)

    def delete_many(self, *given: Any, **named: Any) -> Any:
        return self._ask("delete_many", *given, **named)

    def clear(self) -> Any:
        return self._ask("clear")
