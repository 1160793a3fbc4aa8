"""PNG: the image, its colours and its animation are kept; text, EXIF and unknown chunks are not."""

from .damage import Damaged
from .patching import number

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI"),
    *(b"bKGD", b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT"),
}


def pieces(data: memoryview) -> list[bytes | memoryview]:
    if bytes(data[:8]) != _SIGNATURE:
        msg = "no PNG signature"
        raise Damaged(msg)
    kept: list[bytes | memoryview] = [data[:8]]
    at = 8
    while True:
        end = at + 12 + number(data, at, 4)
        kind = bytes(data[at + 4 : at + 8])
        if end > len(data):
            msg = "a chunk behind the end"
            raise Damaged(msg)
        if kind in _KEPT:
            kept.append(data[at:end])
        if kind == b"IEND":
            return kept
        at = end
