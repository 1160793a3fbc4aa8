"""The baton: of the threads that compute, one runs at a time, the others wait for it asleep.

Python lets one thread run anyway, but each database statement offers the interpreter to whoever waits, and with several
threads waiting every statement costs two switches between processors. Whoever holds the baton meets no such crowd.
It is a courtesy, never a lock: a thread that has waited `PATIENCE` goes ahead without it.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 0.01  # seconds

_baton = threading.Lock()
_mine = threading.local()


@contextmanager
def held() -> Iterator[None]:
    """Compute with the baton in hand. Inside itself it changes nothing."""
    if getattr(_mine, "held", False):
        yield
        return
    _mine.held = _baton.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        if _mine.held:
            _mine.held = False
            _baton.release()


@contextmanager
def laid_down() -> Iterator[None]:
    """Let others compute while this thread waits for something."""
    if not getattr(_mine, "held", False):
        yield
        return
    _mine.held = False
    _baton.release()
    try:
        yield
    finally:
        _mine.held = _baton.acquire(timeout=PATIENCE)
