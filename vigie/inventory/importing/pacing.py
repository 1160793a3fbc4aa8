"""How many rows are written at once, so that others who write to the same database need not wait long."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

SPAN = float(__import__('os').environ.get('SPAN','0.04'))  # seconds one transaction should take
FEWEST, MOST = 100, int(__import__('os').environ.get('MOST','1000'))  # below, the commit costs more than the rows; above, nothing is won


class Pace:
    """Follows the machine: `rows` shrinks at once where writing was slower than `SPAN`, and grows by and by.

    SQLite has no line of those who wait for its lock: they ask again after growing pauses, 100 ms at the longest. Between two
    transactions there must be a while in which they find it free.
    """

    def __init__(self) -> None:
        self.rows = 250
        self._free = 0.0

    @contextmanager
    def writing(self, rows: int) -> Iterator[None]:
        """Around one transaction of so many rows; waits first, where the work since the last one gave others too little time."""
        time.sleep(max(0.0, self._free - time.monotonic()))
        began = time.monotonic()
        yield
        ended = time.monotonic()
        took = ended - began
        self._free = ended + took / 4
        fitting = int(rows * SPAN / max(took, 0.001))
        self.rows = max(FEWEST, min(MOST, fitting, self.rows * 5 // 4))
