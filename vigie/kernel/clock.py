"""The only source of "now". Tests move it; a verb asks once and passes the instant on."""

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_held: datetime | None = None


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return _held or datetime.now(UTC)


@contextmanager
def held_at(instant: datetime) -> "Iterator[None]":
    """Stop the clock at `instant` (aware) for the whole process; for tests and the demo's past."""
    global _held  # noqa: PLW0603  one clock per process is the point of this module
    if instant.tzinfo is None:
        msg = "the clock is held at an aware instant only"
        raise ValueError(msg)
    before, _held = _held, instant.astimezone(UTC)
    try:
        yield
    finally:
        _held = before
