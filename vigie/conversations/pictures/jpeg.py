"""JPEG: only the segments an image needs are kept; how the picture is to be turned is kept too."""

from mmap import mmap

from .damage import Damaged
from .patching import number

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_ALONE = {0x01, *range(0xD0, 0xD8)}
_APP0, _APP1, _APP2, _APP14, _APP15, _COM = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
_ORIENTATION = 0x0112


def pieces(data: memoryview) -> list[bytes | memoryview]:
    """JFIF, Adobe and colour profile stay; EXIF, XMP, IPTC, comments, and whatever follows the image's end go."""
    if bytes(data[:2]) != b"\xff\xd8":
        msg = "no start of image"
        raise Damaged(msg)
    kept: list[bytes | memoryview] = [data[:2]]
    turned, at = 0, 2
    while at < len(data):  # a picture cut short by a lost connection ends where it ends
        marker, at = _marker(data, at)
        if marker == _EOI:
            break
        if marker in _ALONE:
            kept.append(bytes([0xFF, marker]))
            continue
        body = _segment(data, at)
        if marker == _APP1 and bytes(body[:6]) == b"Exif\0\0":
            turned = turned or _orientation(body[6:])
        end = at + 2 + len(body)
        if _is_kept(marker, body):
            kept += [bytes([0xFF, marker]), data[at:end]]
        at = end
        if marker == _SOS:
            at = _scan_end(data, end)
            kept.append(data[end:at])
    if turned:
        kept.insert(1, _turn(turned))
    return [*kept, b"\xff\xd9"]


def _segment(data: memoryview, at: int) -> memoryview:
    length = number(data, at, 2)
    if length < 2 or at + length > len(data):
        msg = "a segment behind the end"
        raise Damaged(msg)
    return data[at + 2 : at + length]


def _marker(data: memoryview, at: int) -> tuple[int, int]:
    if number(data, at, 1) != 0xFF:
        msg = "no marker where one must stand"
        raise Damaged(msg)
    while number(data, at, 1) == 0xFF:  # any number of fill bytes
        at += 1
    return data[at], at + 1


def _is_kept(marker: int, body: memoryview) -> bool:
    if _APP0 <= marker <= _APP15:
        return marker in {_APP0, _APP14} or (marker == _APP2 and bytes(body[:12]) == b"ICC_PROFILE\0")
    return marker != _COM


def _scan_end(data: memoryview, at: int) -> int:
    """The place of the next marker behind compressed data, in which FF is followed by 00 or a restart marker."""
    whole = data.obj  # bytes or a mapped file: both search quickly
    if not isinstance(whole, bytes | mmap):
        whole = bytes(data)
    while True:
        at = whole.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            return len(data)
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 2


def _orientation(tiff: memoryview) -> int:
    """2 to 8 where the picture must be turned or mirrored, else 0; a broken EXIF part turns nothing."""
    order = {b"II": "little", b"MM": "big"}.get(bytes(tiff[:2]))
    if order is None:
        return 0
    try:
        first = number(tiff, 4, 4, order)
        for entry in range(min(number(tiff, first, 2, order), 500)):
            at = first + 2 + 12 * entry
            if number(tiff, at, 2, order) == _ORIENTATION:
                value = number(tiff, at + 8, 2, order)
                return value if 2 <= value <= 8 else 0
    except Damaged:
        return 0
    return 0


def _turn(value: int) -> bytes:
    """A whole EXIF segment that says nothing but the orientation."""
    entry = _ORIENTATION.to_bytes(2, "big") + b"\0\x03\0\0\0\x01" + value.to_bytes(2, "big") + b"\0\0"
    tiff = b"MM\0*\0\0\0\x08" + b"\0\x01" + entry + b"\0\0\0\0"
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body
