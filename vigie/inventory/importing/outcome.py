"""What became of each row, and of all of them."""

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
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

    def count(self, result: Result) -> None:
        setattr(self, result.value, getattr(self, result.value) + 1)
