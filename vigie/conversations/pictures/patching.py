"""A file with some of its bytes replaced in place."""

from collections.abc import Iterable
from itertools import pairwise

from .damage import Damaged

_ZEROS = bytes(65_536)


def number(data: memoryview, at: int, size: int, order: str = "big") -> int:
    """An unsigned integer of `size` bytes. Raises Damaged behind the end."""
    if at < 0 or at + size > len(data):
        msg = f"number at {at} behind the end"
        raise Damaged(msg)
    return int.from_bytes(data[at : at + size], "little" if order == "little" else "big")


def patched(data: memoryview, patches: Iterable[tuple[int, bytes]], blanks: Iterable[tuple[int, int]]) -> list[bytes | memoryview]:
    """`data` with each (offset, bytes) written over it and each (offset, length) zeroed; patches stand above blanks.

    Raises Damaged for one that reaches outside the file.
    """
    written = list(patches)
    if any(at < 0 or at + len(new) > len(data) for at, new in written):
        msg = "a patch outside the file"
        raise Damaged(msg)
    zeroed = list(blanks)
    if any(at < 0 or length < 0 or at + length > len(data) for at, length in zeroed):
        msg = "a blank outside the file"
        raise Damaged(msg)
    edges = sorted(
        {0, len(data)} | {edge for at, new in written for edge in (at, at + len(new))}
        | {edge for at, length in zeroed for edge in (at, at + length)}
    )  # fmt: skip
    pieces: list[bytes | memoryview] = []
    for start, end in pairwise(edges):
        over = next((new[start - at : end - at] for at, new in written if at <= start and end <= at + len(new)), None)
        if over is not None:
            pieces.append(over)
        elif any(at <= start and end <= at + length for at, length in zeroed):
            pieces += [_ZEROS[: min(len(_ZEROS), end - at)] for at in range(start, end, len(_ZEROS))]
        else:
            pieces.append(data[start:end])
    return pieces
