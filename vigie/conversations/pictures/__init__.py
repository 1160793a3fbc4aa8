"""Pictures without the place where they were taken: what cameras write beside the image is left out, byte for byte, and the
image itself is never encoded again.

Each format is a pure function from the file's bytes to the pieces of the clean file, in order; a file that is not what it
seems raises `Damaged`. JPEG: ITU T.81, PNG: ISO 15948, WebP: RIFF container, HEIF, AVIF and MP4: ISO 14496-12 and 23008-12,
TIFF 6.0 with EXIF 2.3.
"""

from collections.abc import Callable, Sequence

from . import boxes, jpeg, png, tiff, webp
from .damage import Damaged

Pieces = Sequence[bytes | memoryview]

CLEANERS: dict[str, Callable[[memoryview], Pieces]] = {
    "image/jpeg": jpeg.pieces,
    "image/png": png.pieces,
    "image/apng": png.pieces,
    "image/webp": webp.pieces,
    "image/heic": boxes.pieces,
    "image/heif": boxes.pieces,
    "image/avif": boxes.pieces,
    "video/mp4": boxes.pieces,
    "video/quicktime": boxes.pieces,
    "image/tiff": tiff.pieces,
    "image/x-canon-cr2": tiff.pieces,
}


def cleaned(media_type: str, data: memoryview) -> Pieces | None:
    """The pieces of the clean file, or None for a type that carries no place. Raises Damaged, and nothing else."""
    cleaner = CLEANERS.get(media_type)
    if cleaner is None:
        return None
    try:
        return cleaner(data)
    except (IndexError, ValueError, OverflowError, RecursionError) as broken:
        raise Damaged(str(broken)) from broken


__all__ = ["CLEANERS", "Damaged", "Pieces", "cleaned"]
