"""How many live pages one place may have open, open in a minute, and be turned away with. Counted in the event loop, no lock."""

import time
from collections import Counter

OPEN = 2000  # pages at once from one place: two hundred people with ten tabs each behind one address
TRIES = 4000  # openings a minute: all of them coming back twice after a restart
STRANGERS = 600  # openings a minute without a session that stands; each costs a look-up
WINDOW = 60


class Crowd:
    """Places are `kernel.limits.place_of` addresses. Counts are this process's own, as its sockets are."""

    def __init__(self) -> None:
        self.open: Counter[str] = Counter()
        self._tries: Counter[str] = Counter()
        self._strangers: Counter[str] = Counter()
        self._ends = 0.0

    def enter(self, place: str) -> bool:
        """One more page; False when that is one too many. What was let in leaves by `leave`."""
        if self.is_strange(place):
            return False
        self._tries[place] += 1
        if self._tries[place] > TRIES or self.open[place] >= OPEN:
            return False
        self.open[place] += 1
        return True

    def leave(self, place: str) -> None:
        self.open[place] -= 1
        if not self.open[place]:
            del self.open[place]

    def turned_away(self, place: str) -> None:
        """Whoever came has no session that stands."""
        self._strangers[place] += 1

    def is_strange(self, place: str) -> bool:
        """Whether so many were turned away from there that no more are looked up in this minute."""
        now = time.monotonic()
        if now >= self._ends:
            self._ends = now + WINDOW
            self._tries.clear()
            self._strangers.clear()
        return self._strangers[place] >= STRANGERS
