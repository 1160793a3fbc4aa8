"""Who is looking at a conversation, and who is writing in it: leases, renewed by heartbeats, told to staff alone.

Each process knows its own people; with a wire (Redis) it tells the others, whose word is held for as long as a lease.
Nothing is stored: after a crash everything has expired within `LEASE`.
"""

import asyncio
import time
from collections.abc import Callable, Hashable
from dataclasses import asdict, dataclass
from typing import Any

from vigie.kernel.live import Hub

HEARTBEAT = 15.0  # seconds between a page's renewals
LEASE = 40.0  # seconds until somebody silent is gone
STATES = ("viewing", "writing")


@dataclass(frozen=True, slots=True)
class Person:
    """As staff see somebody present."""

    id: int
    name: str
    initials: str
    state: str
    is_staff: bool


class Presence:
    """The leases of this process and what other processes said. Lives in the event loop's thread."""

    def __init__(self, hub: Hub, clock: Callable[[], float] = time.monotonic) -> None:
        self._hub = hub
        self._clock = clock
        self._held: dict[int, dict[Hashable, tuple[Person, float]]] = {}
        self._told: dict[int, list[dict[str, Any]]] = {}
        self.say: Callable[[dict[str, Any]], None] | None = None

    def enter(self, conversation: int, key: Hashable, person: Person) -> None:
        """Take or renew a lease; `key` is one page of one person."""
        self._held.setdefault(conversation, {})[key] = (person, self._clock() + LEASE)
        self._changed(conversation, renew=True)

    def leave(self, conversation: int, key: Hashable) -> None:
        """Give a lease up; fine when there is none."""
        if self._held.get(conversation, {}).pop(key, None):
            self._changed(conversation, renew=True)

    def leave_all(self, key: Hashable) -> None:
        """A page went away."""
        for conversation in [one for one, held in self._held.items() if key in held]:
            self.leave(conversation, key)

    def people(self, conversation: int) -> list[dict[str, Any]]:
        """Everybody present, once each, writers before viewers."""
        found: dict[int, Person] = {}
        for person, until in self._held.get(conversation, {}).values():
            if until > self._clock() and (person.id not in found or person.state == "writing"):
                found[person.id] = person
        ordered = sorted(found.values(), key=lambda person: (person.state != "writing", person.name))
        return [asdict(person) for person in ordered]

    def event(self, conversation: int) -> dict[str, Any]:
        """The hint staff listeners get."""
        return {"kind": "presence", "conversation": conversation, "people": self.people(conversation)}

    def sweep(self) -> None:
        """Drop leases that ran out and say so. Call every few seconds."""
        now = self._clock()
        for conversation, held in list(self._held.items()):
            for key in [key for key, (_person, until) in held.items() if until <= now]:
                del held[key]
            self._changed(conversation)

    def heard(self, node: str, said: dict[str, Any]) -> None:
        """Another process told who is present there, or asked who is here."""
        conversation = int(said["conversation"])
        if said.get("ask"):
            if any(not _is_far(key) for key in self._held.get(conversation, {})):
                self._tell(conversation)
            return
        held = self._held.setdefault(conversation, {})
        for key in [key for key in held if _is_far(key) and key[1] == node]:  # type: ignore[index]  # far keys are tuples
            del held[key]
        for number, person in enumerate(said["people"]):
            held["far", node, number] = (Person(**person), self._clock() + LEASE)
        self._changed(conversation)

    def ask(self, conversation: int) -> None:
        """Ask the other processes who is present, for somebody who just came."""
        if self.say is not None:
            self.say({"conversation": conversation, "ask": True})

    def _changed(self, conversation: int, *, renew: bool = False) -> None:
        now = self.people(conversation)
        if not self._held.get(conversation):
            self._held.pop(conversation, None)
        if now != self._told.get(conversation, []):
            self._told[conversation] = now
            if not now:
                del self._told[conversation]
            self._hub.publish(f"conversation:{conversation}", self.event(conversation))
        if renew:
            self._tell(conversation)

    def _tell(self, conversation: int) -> None:
        if self.say is not None:
            mine = [asdict(p) for key, (p, _until) in self._held.get(conversation, {}).items() if not _is_far(key)]
            self.say({"conversation": conversation, "people": mine})


def _is_far(key: Hashable) -> bool:
    return isinstance(key, tuple) and key[:1] == ("far",)


async def keep_sweeping(presence: Presence) -> None:
    """Sweep until cancelled."""
    while True:
        await asyncio.sleep(5)
        presence.sweep()
