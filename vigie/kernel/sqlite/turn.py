"""A fair lock: whoever waited longest goes next. One per database file."""

import threading
from collections import deque

_turns: dict[str, "Turn"] = {}
_guard = threading.Lock()


class Turn:
    """First come, first served; may be released by another thread than the one that took it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._line: deque[threading.Event] = deque()

    def take(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds for the turn; False when it did not come."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Event()
            self._line.append(mine)
        if mine.wait(timeout):
            return True
        with self._guard:
            if mine.is_set():  # handed over between the time-out and here
                return True
            self._line.remove(mine)
            return False

    def give(self) -> None:
        """Hand the turn to the next in line, if any."""
        with self._guard:
            if self._line:
                self._line.popleft().set()
            else:
                self._taken = False


def turn_of(name: str) -> Turn:
    """The turn of a database file, the same for every connection of the process."""
    with _guard:
        return _turns.setdefault(name, Turn())
