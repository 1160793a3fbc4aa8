"""HEIF, AVIF, MP4 and QuickTime: boxes in boxes. Offsets point into the file, so nothing moves: what must go is zeroed in place."""

from collections.abc import Iterator
from typing import NamedTuple

from .damage import Damaged
from .patching import number, patched

_EMPTY_EXIF = b"\0\0\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"
_MOST_ITEMS = 20_000


class _Box(NamedTuple):
    kind: bytes
    start: int
    body: int
    end: int


def pieces(data: memoryview) -> list[bytes | memoryview]:
    """EXIF and XMP items of a picture become empty ones; user data and metadata of a film become free space."""
    patches: list[tuple[int, bytes]] = []
    blanks: list[tuple[int, int]] = []
    tops = list(_boxes(data, 0, len(data)))
    if not tops or tops[0].kind != b"ftyp":
        msg = "no file type box"
        raise Damaged(msg)
    for box in tops:
        if box.kind == b"meta":
            for at, length in _told(data, box):
                if length >= len(_EMPTY_EXIF):
                    patches.append((at, _EMPTY_EXIF))
                blanks.append((at, length))
        elif box.kind == b"moov":
            for gone in _private(data, box):
                patches.append((gone.start + 4, b"free"))
                blanks.append((gone.body, gone.end - gone.body))
        elif box.kind in {b"uuid", b"udta"}:
            patches.append((box.start + 4, b"free"))
            blanks.append((box.body, box.end - box.body))
    return patched(data, patches, blanks)


def _boxes(data: memoryview, at: int, end: int) -> Iterator[_Box]:
    while at + 8 <= end:
        size, body = number(data, at, 4), at + 8
        if size == 1:
            size, body = number(data, at + 8, 8), at + 16
        elif size == 0:
            size = end - at
        if size < body - at or at + size > end:
            msg = "a box behind the end of its parent"
            raise Damaged(msg)
        yield _Box(bytes(data[at + 4 : at + 8]), at, body, at + size)
        at += size


def _private(data: memoryview, moov: _Box) -> Iterator[_Box]:
    for box in _boxes(data, moov.body, moov.end):
        if box.kind in {b"udta", b"meta", b"uuid"}:
            yield box
        elif box.kind == b"trak":
            yield from (inner for inner in _boxes(data, box.body, box.end) if inner.kind in {b"udta", b"meta", b"uuid"})


def _told(data: memoryview, meta: _Box) -> list[tuple[int, int]]:
    """Where the EXIF and XMP items lie: (offset, length) in the file."""
    inner = {box.kind: box for box in _boxes(data, meta.body + 4, meta.end)}
    if b"iinf" not in inner or b"iloc" not in inner:
        return []
    wanted = set(_item_ids(data, inner[b"iinf"]))
    return list(_extents(data, inner[b"iloc"], wanted, inner.get(b"idat"))) if wanted else []


def _item_ids(data: memoryview, iinf: _Box) -> Iterator[int]:
    start = iinf.body + (6 if data[iinf.body] == 0 else 8)
    for box in _boxes(data, start, iinf.end):
        version = data[box.body]
        if box.kind != b"infe" or version < 2:
            continue
        size = 2 if version == 2 else 4
        at = box.body + 4 + size + 2
        if bytes(data[at : at + 4]) in {b"Exif", b"mime", b"uri "}:
            yield number(data, box.body + 4, size)


def _extents(data: memoryview, iloc: _Box, wanted: set[int], idat: _Box | None) -> Iterator[tuple[int, int]]:
    version, at = data[iloc.body], iloc.body + 4
    offset_size, length_size = data[at] >> 4, data[at] & 15
    base_size, index_size = data[at + 1] >> 4, (data[at + 1] & 15 if version else 0)
    wide = 2 if version < 2 else 4
    count, at = number(data, at + 2, wide), at + 2 + wide
    for _item in range(min(count, _MOST_ITEMS)):
        item, at = number(data, at, wide), at + wide
        method = number(data, at, 2) & 15 if version else 0
        at += 4 if version else 2
        base, at = number(data, at, base_size), at + base_size
        extents, at = number(data, at, 2), at + 2
        for _extent in range(extents):
            at += index_size
            offset, length = number(data, at, offset_size), number(data, at + offset_size, length_size)
            at += offset_size + length_size
            if item not in wanted:
                continue
            if method > 1 or (method == 1 and idat is None):
                msg = "an item that lies in another item"
                raise Damaged(msg)
            start = base + offset + (idat.body if method == 1 and idat else 0)
            yield start, length or len(data) - start
