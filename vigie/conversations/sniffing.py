"""What a file is, by its content. What the sender says it is, and its name's ending, are never asked."""

import filetype

HEAD = 8192
"""Bytes from the start that are looked at."""

OPAQUE = "application/octet-stream"
_HEIF_BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"heim": "image/heic", b"heis": "image/heic", b"hevc": "image/heic",
    b"mif1": "image/heif", b"msf1": "image/heif", b"avif": "image/avif", b"avis": "image/avif", b"qt  ": "video/quicktime",
}  # fmt: skip
_TEXT_CONTROLS = frozenset(range(32)) - {7, 8, 9, 10, 11, 12, 13, 27}  # a log holds tabs, form feeds and colours


def sniff(head: bytes) -> str:
    """A media type; `text/plain` for any text (HTML and SVG too: nothing here is ever run), `OPAQUE` for the unknown."""
    if head[4:8] == b"ftyp":
        return _film(head)
    found = filetype.guess(head[:HEAD])
    if found is not None:
        mime = str(found.mime)
        return "image/png" if mime == "image/apng" else mime
    return "text/plain" if _is_text(head[:HEAD]) else OPAQUE


def _film(head: bytes) -> str:
    """ISO 14496-12: the major brand says what it is, the compatible ones where it is a general one."""
    size = min(int.from_bytes(head[:4], "big"), 256)
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, size, 4))]
    for brand in ("heic", "heix", "avif"):
        if brand.encode() in brands and brands[0] in {b"mif1", b"msf1"}:
            return _HEIF_BRANDS[brand.encode()]
    return _HEIF_BRANDS.get(brands[0], "video/mp4")


def _is_text(head: bytes) -> bool:
    if not head or any(byte in _TEXT_CONTROLS for byte in head):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as broken:
        return broken.start >= len(head) - 3 or not _mostly_binary(head)  # a letter cut by the end, or an older encoding
    return True


def _mostly_binary(head: bytes) -> bool:
    return sum(byte > 126 for byte in head) * 4 > len(head)
