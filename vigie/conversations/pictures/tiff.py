"""TIFF and the raw formats built on it: the GPS directory and the XMP packet are zeroed in place."""

from .damage import Damaged
from .patching import number, patched

_GPS, _XMP, _IPTC = 0x8825, 700, 33723
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_MOST_DIRECTORIES = 64


def pieces(data: memoryview) -> list[bytes | memoryview]:
    order = {b"II*\0": "little", b"MM\0*": "big"}.get(bytes(data[:4]))
    if order is None:
        msg = "no TIFF header"
        raise Damaged(msg)
    blanks: list[tuple[int, int]] = []
    directory, seen = number(data, 4, 4, order), set[int]()
    while directory and directory not in seen and len(seen) < _MOST_DIRECTORIES:
        seen.add(directory)
        count = number(data, directory, 2, order)
        for entry in range(count):
            at = directory + 2 + 12 * entry
            tag = number(data, at, 2, order)
            if tag == _GPS:
                blanks += _directory(data, number(data, at + 8, 4, order), order)
            elif tag in {_XMP, _IPTC}:
                blanks += _value(data, at, order)
        directory = number(data, directory + 2 + 12 * count, 4, order)
    return patched(data, [], blanks)


def _directory(data: memoryview, at: int, order: str) -> list[tuple[int, int]]:
    """A directory with all its values: it stays as one with no entries."""
    count = number(data, at, 2, order)
    blanks = [(at, 2 + 12 * count)]
    for entry in range(count):
        blanks += _value(data, at + 2 + 12 * entry, order)
    return blanks


def _value(data: memoryview, at: int, order: str) -> list[tuple[int, int]]:
    length = _SIZES.get(number(data, at + 2, 2, order), 1) * number(data, at + 4, 4, order)
    if length <= 4:
        return [(at + 8, 4)]
    return [(number(data, at + 8, 4, order), length)]
