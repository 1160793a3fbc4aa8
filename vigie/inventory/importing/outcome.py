"""What became of each row, and of all of them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Result(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class Outcome(NamedTuple):
    """`reason` is translated, and given where the row was refused; `id` is the row's in the database otherwise."""

    result: Result
    id: int | None = None
    reason: str = ""


@dataclass(slots=True)
class Summary:
    """How many rows of each kind."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0

    def count(self, results: Iterable[Result]) -> None:
        counts = Counter(results)
        self.added += counts[Result.ADDED]
        self.changed += counts[Result.CHANGED]
        self.unchanged += counts[Result.UNCHANGED]
        self.refused += counts[Result.REFUSED]
