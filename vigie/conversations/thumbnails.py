"""Small pictures of images, made once at upload, with limits on what a hostile file can cost."""

import threading
import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageOps

EDGE = 480
"""Longest side of a thumbnail, pixels."""
MOST_PIXELS = 40_000_000
"""Larger images get no thumbnail; a phone's photo has 12 to 50 million, which JPEG decodes at an eighth."""
MOST_PIXELS_WHOLE = 16_000_000
"""The same for formats that can only be decoded whole (64 MB of memory while it lasts)."""

_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF", "image/avif": "AVIF"}
_one_at_a_time = threading.Lock()  # bounds the memory, whatever is uploaded at once


@dataclass(frozen=True, slots=True)
class Looks:
    """Pixels of the image as it is to be seen (turned), and its thumbnail as WebP or None."""

    width: int
    height: int
    thumbnail: bytes | None


def looks(media_type: str, file: BinaryIO) -> Looks | None:
    """None for what is no image of a known kind, or one that cannot be read. Never raises for any content."""
    kind = _FORMATS.get(media_type)
    if kind is None:
        return None
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # our own limits stand below
        try:
            with Image.open(file, formats=[kind]) as image:
                return _looks(image)
        except (OSError, ValueError, SyntaxError, TypeError, ArithmeticError, EOFError, MemoryError, Image.DecompressionBombError):
            return None  # whatever a decoder makes of broken data: there is no picture to show


def _looks(image: Image.Image) -> Looks:
    turned = image.getexif().get(0x0112, 1) in range(5, 9)
    width, height = image.size[::-1] if turned else image.size
    limit = MOST_PIXELS if image.format == "JPEG" else MOST_PIXELS_WHOLE
    if image.size[0] * image.size[1] > limit:
        return Looks(width, height, None)
    image.draft("RGB", (2 * EDGE, 2 * EDGE))
    small: Image.Image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    small.thumbnail((EDGE, EDGE))
    small = ImageOps.exif_transpose(small)
    out = BytesIO()
    small.save(out, "WEBP", quality=78, method=2)
    return Looks(width, height, out.getvalue())
