"""Room for large bodies on their way in: how many bytes and how many bodies at once, from one place and from all.

Counted only above `SMALL`, in the event loop, so no lock is needed and a small request never comes here. What a body takes it
holds until its request was answered.
"""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass

from vigie.kernel.limits import place_of

SMALL = 64 * 1024
BODIES = 64  # large bodies at once from one place
EVERYONE = 512  # large bodies at once from all places
SHARE = 4  # one place holds at most this part of the room
MANY = 40  # bodies of the largest size that the room holds, where the disk does


class Full(Exception):
    """No room. `everywhere`: for nobody, else only for the place that asked. `more`: the sender is still sending."""

    more = True

    def __init__(self, *, everywhere: bool) -> None:
        super().__init__()
        self.everywhere = everywhere


@dataclass(slots=True)
class Held:
    size: int = 0
    bodies: int = 0


class Room:
    """`limit`: the largest body in bytes. The room is `MANY` of those, but never more than half of what is free where
    temporary files go; a place's part holds at least one body.
    """

    def __init__(self, limit: int, free: Callable[[], int] = lambda: shutil.disk_usage(tempfile.gettempdir()).free) -> None:
        self.size = max(limit, min(MANY * limit, free() // 2))
        self.part = max(limit, self.size // SHARE)
        self.all = Held()
        self.places: dict[str, Held] = {}

    def enter(self, address: str) -> "Share":
        """One more large body from there, of no size yet. Raises Full."""
        place = place_of(address)
        held = self.places.get(place) or Held()
        if self.all.bodies >= EVERYONE:
            raise Full(everywhere=True)
        if held.bodies >= BODIES:
            raise Full(everywhere=False)
        self.places[place] = held
        self.all.bodies += 1
        held.bodies += 1
        return Share(self, place, held)


@dataclass(slots=True)
class Share:
    """What one body holds of the room."""

    room: Room
    place: str
    held: Held
    size: int = 0

    def grow(self, amount: int) -> None:
        """Raises Full; what it held before it still holds, until `leave`."""
        if self.room.all.size + amount > self.room.size:
            raise Full(everywhere=True)
        if self.held.size + amount > self.room.part:
            raise Full(everywhere=False)
        for held in (self, self.held, self.room.all):
            held.size += amount

    def leave(self) -> None:
        for held in (self.held, self.room.all):
            held.size -= self.size
            held.bodies -= 1
        if not self.held.bodies:
            self.room.places.pop(self.place, None)
