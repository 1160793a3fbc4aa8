"""The live hub: who listens to which topic in this process.

Everything here runs in the event loop's thread; other threads come in through `Hub.publish`, which is safe from anywhere.
An event is a hint, never content. Listeners that cannot keep up are dropped with a code that tells them to resume.
"""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

BACKLOG = 1000  # hints a listener may fall behind before it is dropped
SLOW = 1013  # WebSocket close code "try again later": connect again and resume


@dataclass(frozen=True, slots=True)
class Hint:
    """One event, encoded once for all listeners. `id` is the journal id, 0 for ephemeral hints (presence)."""

    id: int
    text: str
    staff_only: bool
    conversation: int | None
    topics: frozenset[str]


def hint(topics: Collection[str], event: dict[str, Any], *, staff_only: bool) -> Hint:
    """Encode an event of the shape `{"id", "kind", "conversation", "data"}`."""
    text = json.dumps(event, separators=(",", ":"), ensure_ascii=False)
    return Hint(int(event.get("id") or 0), text, staff_only, event.get("conversation"), frozenset(topics))


class Listener:
    """One open page. `deliver` sends a hint to it; a task exists only while something is to be sent."""

    __slots__ = ("_draining", "_queue", "after", "deliver", "drop", "held", "is_staff", "topics", "user_id")

    def __init__(
        self, *, user_id: int, is_staff: bool,
        deliver: Callable[[Hint], Awaitable[None]], drop: Callable[[int], None],
    ) -> None:  # fmt: skip
        self.user_id = user_id
        self.is_staff = is_staff
        self.deliver = deliver
        self.drop = drop
        self.topics: frozenset[str] = frozenset()
        self.after = 0  # journal ids up to here are known to the client
        self.held = False  # while a replay is read from the journal, live hints wait
        self._queue: deque[Hint] = deque()
        self._draining: asyncio.Task[None] | None = None

    def push(self, one: Hint) -> None:
        """Queue a hint; a listener too far behind is dropped instead of being told half."""
        if one.staff_only and not self.is_staff:
            return
        if len(self._queue) >= BACKLOG:
            self._queue.clear()
            self.drop(SLOW)
            return
        self._queue.append(one)
        self.flow()

    def flow(self) -> None:
        """Start sending what waits, unless that goes on already or the listener is held."""
        if self._queue and not self.held and self._draining is None:
            self._draining = asyncio.get_running_loop().create_task(self._drain())

    async def _drain(self) -> None:
        try:
            while self._queue and not self.held:
                one = self._queue.popleft()
                if one.id and one.id <= self.after:
                    continue
                if not (one.topics & self.topics):
                    continue  # it changed its topics meanwhile
                await self.deliver(one)
                self.after = max(self.after, one.id)
        finally:
            self._draining = None

    async def pause(self) -> None:
        """Wait until what is being sent just now is sent. Set `held` first."""
        if self._draining is not None:
            await asyncio.gather(self._draining, return_exceptions=True)

    async def close(self) -> None:
        """Stop sending; what waits is forgotten (the client resumes by cursor)."""
        self._queue.clear()
        task = self._draining
        if task is not None and task is not asyncio.current_task():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


class Hub:
    """Topics and their listeners in this process. `cursor` is the newest journal id published here."""

    def __init__(self) -> None:
        self.cursor = 0
        self.listeners: set[Listener] = set()
        self._topics: dict[str, set[Listener]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def attach(self, loop: asyncio.AbstractEventLoop | None) -> None:
        """Tell the hub its loop; None when the loop ends. Without a loop, publishing does nothing."""
        self._loop = loop

    def publish(self, topics: str | Collection[str], event: dict[str, Any], *, staff_only: bool = True) -> None:
        """Hand an event to the listeners of a topic (or several; once each). Safe from any thread, returns at once."""
        names = {topics} if isinstance(topics, str) else topics
        self.hand_over([hint(names, event, staff_only=staff_only)])

    def hand_over(self, hints: Iterable[Hint]) -> None:
        """Publish encoded hints in order, from any thread."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._spread, list(hints))

    def _spread(self, hints: list[Hint]) -> None:
        for one in hints:
            for listener in {listener for topic in one.topics for listener in self._topics.get(topic, ())}:
                listener.push(one)
            self.cursor = max(self.cursor, one.id)

    def subscribe(self, listener: Listener, topics: Iterable[str]) -> None:
        """Set the whole set of a listener's topics."""
        wanted = frozenset(topics)
        for topic in listener.topics - wanted:
            self._leave(topic, listener)
        for topic in wanted - listener.topics:
            self._topics.setdefault(topic, set()).add(listener)
        listener.topics = wanted
        self.listeners.add(listener)

    def leave(self, listener: Listener) -> None:
        """Forget a listener."""
        self.listeners.discard(listener)
        for topic in listener.topics:
            self._leave(topic, listener)
        listener.topics = frozenset()

    def _leave(self, topic: str, listener: Listener) -> None:
        members = self._topics.get(topic)
        if members is not None:
            members.discard(listener)
            if not members:
                del self._topics[topic]

    def of(self, topic: str) -> Collection[Listener]:
        """The listeners of a topic now."""
        return tuple(self._topics.get(topic, ()))


hub = Hub()
publish = hub.publish
