"""How many rows are written at once, so that others who write to the same database need not wait long."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

SPAN = 0.05  # seconds one transaction should take
FEWEST, MOST = 100, 2000  # below, the commit costs more than the rows; above, little is won


class Pace:
    """Follows the machine: `rows` shrinks at once where writing was slower than `SPAN`, and grows by and by.

    SQLite has no line of those who wait for its lock: they ask again after growing pauses, 100 ms at the longest. So between
    two transactions there must be a while in which they find it free: a fifth of all time at least.
    """

    def __init__(self) -> None:
        self.rows = 250
        self._free_until = 0.0

    @contextmanager
    def writing(self, rows: int) -> Iterator[None]:
        """Around one transaction of so many rows. Waits first where reading and checking them left others too little time."""
        time.sleep(max(0.0, self._free_until - time.monotonic()))
        began = time.monotonic()
        yield
        ended = time.monotonic()
        took = ended - began
        self._free_until = ended + took / 4
        self.rows = max(FEWEST, min(MOST, int(rows * SPAN / max(took, 0.001)), self.rows * 5 // 4))
