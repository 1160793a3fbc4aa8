"""One open page on the live endpoint, whatever carries it: its topics, its resume, its presence, its limits."""

import json
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from vigie.kernel import clock
from vigie.kernel.live import Hint, Hub, Listener
from vigie.kernel.pool import Pool
from vigie.kernel.presence import STATES, Person, Presence

TOPICS = 64  # per page
REPLAY = 1000  # lines replayed; a page further behind loads itself anew
RATE, BURST = 10.0, 40.0  # messages a second from one page
UNKNOWN, FORBIDDEN, MANNERS, MANY = 4401, 4403, 4400, 4429  # close codes


@dataclass(frozen=True, slots=True)
class Guest:
    """Who is on the other end. `session` lets the doorman look again."""

    user_id: int
    name: str
    initials: str
    is_staff: bool
    session: str


class Doorman(Protocol):
    """What the house decides. Every method reads the database and is called in a thread."""

    def admit(self, session: str) -> Guest | None:
        """Whose session that is; None when it ended or nobody's."""

    def allowed(self, guest: Guest, topics: Collection[str]) -> frozenset[str]:
        """Those of the topics the guest may listen to. Unknown topics are not among them."""

    def seen(self, guest: Guest, conversation: int) -> bool:
        """Whether the guest may see that conversation."""

    def replay(self, topics: Collection[str], after: int, upto: int, limit: int) -> Sequence[Hint] | None:
        """The hints of `after` < id <= `upto` on the topics, oldest first; None when there are more than `limit`."""

    def newest(self) -> int:
        """The journal's last id."""


class Ended(Exception):
    """The page must be closed with `code`."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Page:
    """`send(text, id)` and `close(code)` belong to the carrier."""

    def __init__(
        self, *, hub: Hub, presence: Presence, doorman: Doorman, pool: Pool, guest: Guest,
        send: Callable[[str, int], Awaitable[None]], close: Callable[[int], None],
    ) -> None:  # fmt: skip
        self.hub, self.presence, self.doorman, self.pool = hub, presence, doorman, pool
        self.guest = guest
        self._send = send
        self.close = close
        self._seen: dict[int, bool] = {}
        self._tokens, self._refilled = BURST, time.monotonic()
        self.listener = Listener(user_id=guest.user_id, is_staff=guest.is_staff, deliver=self._deliver, drop=close)

    async def heard(self, text: str) -> None:
        """One message of the client. Raises Ended when it must not go on."""
        self._pay()
        try:
            said = json.loads(text)
        except ValueError:
            raise Ended(MANNERS) from None
        if not isinstance(said, dict):
            raise Ended(MANNERS)
        if "topics" in said:
            await self.listen(said["topics"], said.get("after"))
        if "presence" in said:
            self.present(said["presence"])
        if "ping" in said:
            await self._say({"kind": "pong", "id": self.hub.cursor, "now": clock.now().isoformat()})

    async def listen(self, topics: Any, after: Any) -> None:
        """Listen to exactly these topics from `after` on (None: from now on). Nothing is lost or told twice.

        Answers hello first. Its id is where the client stands: its own when it resumes, else the newest. `reset`: the page
        is too far behind, or ahead of the journal (restored from a backup), and must load itself anew. `refused`: topics
        that are none, or not the guest's.
        """
        if not isinstance(topics, list) or len(topics) > TOPICS or not all(isinstance(one, str) for one in topics):
            raise Ended(MANNERS)
        if after is not None and (not isinstance(after, int) or isinstance(after, bool) or after < 0):
            raise Ended(MANNERS)
        allowed = await self.pool.run(lambda: self.doorman.allowed(self.guest, topics))
        listener = self.listener
        listener.held = True  # from here on live hints wait behind the replay
        await listener.pause()
        before, known = listener.topics, listener.after
        self.hub.subscribe(listener, allowed)
        upto = self.hub.cursor
        missed: Sequence[Hint] | None = ()
        reset = False
        if after is not None and after < upto:
            start = after
            missed = await self.pool.run(lambda: self.doorman.replay(allowed, start, upto, REPLAY))
            reset = missed is None
        elif after is not None and after > upto:
            reset = after > await self.pool.run(self.doorman.newest)
        stand = upto if after is None or reset else after
        hello: dict[str, Any] = {"kind": "hello", "id": stand, "now": clock.now().isoformat()}
        if reset:
            hello["reset"] = True
        if refused := sorted(set(topics) - allowed):
            hello["refused"] = refused
        await self._say(hello)
        for one in missed or ():
            if one.id <= known and one.topics & before:
                continue  # told already, before the topics changed
            await self._deliver(one)
        listener.after = max(stand, upto)
        listener.held = False
        listener.flow()
        for topic in allowed - before:
            await self._introduce(topic)

    def present(self, said: Any) -> None:
        """Take, renew or give up a presence lease in a conversation the page listens to."""
        if not isinstance(said, dict) or not isinstance(said.get("conversation"), int):
            raise Ended(MANNERS)
        conversation, state = said["conversation"], said.get("state")
        if f"conversation:{conversation}" not in self.listener.topics:
            return  # not the guest's, or not open on this page
        if state == "gone":
            self.presence.leave(conversation, self)
        elif state in STATES:
            guest = self.guest
            person = Person(guest.user_id, guest.name, guest.initials, state, guest.is_staff)
            self.presence.enter(conversation, self, person)
        else:
            raise Ended(MANNERS)

    async def check_again(self) -> None:
        """Close the page when its session ended; drop topics it may no longer hear."""
        guest = await self.pool.run(lambda: self.doorman.admit(self.guest.session))
        if guest is None or guest.user_id != self.guest.user_id or guest.is_staff != self.guest.is_staff:
            self.close(UNKNOWN)
            return
        self._seen.clear()
        topics = self.listener.topics
        allowed = await self.pool.run(lambda: self.doorman.allowed(guest, topics))
        if allowed != topics and self.listener.topics == topics:
            self.hub.subscribe(self.listener, allowed)

    async def leave(self) -> None:
        """The page is gone: forget it everywhere."""
        self.hub.leave(self.listener)
        self.presence.leave_all(self)
        await self.listener.close()

    async def _introduce(self, topic: str) -> None:
        kind, _colon, number = topic.partition(":")
        if kind == "conversation" and self.guest.is_staff:
            conversation = int(number)
            self.presence.ask(conversation)
            if self.presence.people(conversation):
                await self._say(self.presence.event(conversation))

    async def _deliver(self, one: Hint) -> None:
        """Send a hint unless it speaks of a conversation this contact may not see."""
        if one.staff_only and not self.guest.is_staff:
            return
        number = one.conversation
        if not self.guest.is_staff and number is not None and f"conversation:{number}" not in self.listener.topics:
            if number not in self._seen:
                self._seen[number] = await self.pool.run(lambda: self.doorman.seen(self.guest, number))
            if not self._seen[number]:
                return
        await self._send(one.text, one.id)

    async def _say(self, event: dict[str, Any]) -> None:
        await self._send(json.dumps(event, separators=(",", ":"), ensure_ascii=False), 0)

    def _pay(self) -> None:
        now = time.monotonic()
        self._tokens = min(BURST, self._tokens + (now - self._refilled) * RATE) - 1
        self._refilled = now
        if self._tokens < 0:
            raise Ended(MANY)
