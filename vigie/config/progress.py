"""A progress bar on a terminal; nothing where nobody watches."""

import time
from typing import TextIO

WIDTH = 30
PAUSE = 0.1  # seconds between drawings


class Bar:
    """Drawn over itself on one line of `stream`, which must be a terminal for anything to be drawn."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream if stream.isatty() else None
        self._drawn = 0.0
        self._began = time.monotonic()

    def show(self, done: int, size: int, rows: int) -> None:
        """Draw `done` of `size` bytes and the number of rows; at most ten times a second."""
        now = time.monotonic()
        if self._stream is None or now - self._drawn < PAUSE:
            return
        self._drawn = now
        share = min(done / size, 1.0) if size else 1.0
        full = int(share * WIDTH)
        rate = rows / max(now - self._began, 0.001)
        self._stream.write(f"\r[{'█' * full}{'·' * (WIDTH - full)}] {share:4.0%}  {rows}  ({rate:.0f}/s) ")
        self._stream.flush()

    def clear(self) -> None:
        """Empty the line, so that a message may stand there."""
        if self._stream is not None and self._drawn:
            self._stream.write("\r\033[K")

    def end(self) -> None:
        """Take the bar away."""
        self.clear()
        self._drawn = 0.0
