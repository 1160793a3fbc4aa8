"""What is searched for, and what is found."""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

ABOVE_ALL = 2**63 - 1
"""A `before` above every message: the search begins."""
Texts = Callable[[list[int]], Mapping[int, str]]
"""The texts of messages by id, as they were given to `index`; a message that is gone may be missing."""


class Asked(NamedTuple):
    """`pieces`: lists of words, each list written in one piece. `until`: `time.monotonic()` at which to stop looking."""

    pieces: list[list[str]]
    customers: Collection[int] | None
    notes: bool
    before: int
    limit: int
    texts: Texts
    until: float


class Found(NamedTuple):
    """`ids` of messages, newest first. `before`: there may be more below that id; None: that was all, down to the oldest."""

    ids: list[int]
    before: int | None
