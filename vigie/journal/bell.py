"""The bell: rung after a commit, it wakes whoever waits for new journal lines. A missed ring costs at most a second.

Inside the process it is an event per waiter. Between processes Redis carries it when configured (`RedisBell`); without
Redis every waiter also looks by itself once a second.
"""

import os
import secrets
import threading

import structlog

log = structlog.stdlib.get_logger("vigie.bell")
CHANNEL = "vigie:bell"


class Bell:
    """Rings for every waiter; each waiter has its own event, so that none can take another's ring."""

    def __init__(self) -> None:
        self._waiters: set[threading.Event] = set()
        self._guard = threading.Lock()

    def listen(self) -> threading.Event:
        """An event that is set at every ring. Clear it before looking; `forget` it at the end."""
        event = threading.Event()
        with self._guard:
            self._waiters.add(event)
        return event

    def forget(self, event: threading.Event) -> None:
        with self._guard:
            self._waiters.discard(event)

    def ring(self) -> None:
        with self._guard:
            for event in self._waiters:
                if not event.is_set():
                    event.set()


bell = Bell()  # rung by commits of this process
far = Bell()  # rung by commits of any process


class RedisBell:
    """Carries this process's rings to the others, and theirs here. Redis being away costs speed, nothing else."""

    def __init__(self, url: str) -> None:
        import redis  # a quarter of a start's imports, for those who have one alone

        self._failed = redis.RedisError
        self._redis = redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=5, health_check_interval=15)
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}".encode()
        self._ended = threading.Event()
        self._near = bell.listen()
        self._threads = [
            threading.Thread(target=self._send, name="bell-out", daemon=True),
            threading.Thread(target=self._hear, name="bell-in", daemon=True),
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End both threads; waits at most two seconds."""
        self._ended.set()
        self._near.set()
        bell.forget(self._near)
        for thread in self._threads:
            thread.join(2)
        self._redis.close()

    def _send(self) -> None:
        while not self._ended.is_set():
            self._near.wait()
            self._near.clear()
            try:
                self._redis.publish(CHANNEL, self._name)
            except self._failed as problem:
                log.warning("bell.unheard", error=repr(problem))

    def _hear(self) -> None:
        while not self._ended.is_set():
            try:
                with self._redis.pubsub(ignore_subscribe_messages=True) as heard:  # type: ignore[no-untyped-call]  # redis has no types here
                    heard.subscribe(CHANNEL)
                    while not self._ended.is_set():
                        message = heard.get_message(timeout=1.0)
                        if message and message["data"] != self._name:
                            far.ring()
            except self._failed as problem:
                log.warning("bell.deaf", error=repr(problem))
                self._ended.wait(2)
