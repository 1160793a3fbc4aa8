"""WebP: a RIFF file without its EXIF and XMP chunks, and with a header that says so."""

from .damage import Damaged
from .patching import number

_KEPT = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_EXIF, _XMP = 0x08, 0x04


def pieces(data: memoryview) -> list[bytes | memoryview]:
    if bytes(data[:4]) != b"RIFF" or bytes(data[8:12]) != b"WEBP":
        msg = "no WebP header"
        raise Damaged(msg)
    end = min(len(data), 8 + number(data, 4, 4, "little"))
    kept: list[bytes | memoryview] = []
    at = 12
    while at + 8 <= end:
        size = number(data, at + 4, 4, "little")
        after = at + 8 + size + (size & 1)
        if at + 8 + size > end:
            msg = "a chunk behind the end"
            raise Damaged(msg)
        kind = bytes(data[at : at + 4])
        if kind == b"VP8X" and size >= 1:
            kept += [data[at : at + 8], bytes([data[at + 8] & ~(_EXIF | _XMP)]), data[at + 9 : after]]
        elif kind in _KEPT:
            kept.append(data[at : min(after, end)])
        at = after
    if not kept:
        msg = "no image"
        raise Damaged(msg)
    return [b"RIFF", (4 + sum(map(len, kept))).to_bytes(4, "little"), b"WEBP", *kept]
