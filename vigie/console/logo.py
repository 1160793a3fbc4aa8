"""The provider's logo: a raster picture drawn anew, so that nothing but pixels is kept. SVG, which may hold scripts, is refused."""

from io import BytesIO
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from vigie.kernel import ids
from vigie.people.errors import Invalid

LARGEST = 2 * 1024 * 1024
"""Bytes of an upload."""
SIDE = 8000
"""Pixels of its longer side: what a few bytes claim to be must not fill the memory."""
TALLEST, WIDEST = 192, 960
"""Pixels a logo is scaled down to; it is shown 32 pixels high."""
FORMATS = ("PNG", "JPEG", "WEBP")


def keep(upload: IO[bytes], size: int) -> str:
    """Store the logo and return its generated storage name. Raises `Invalid` beside the field `logo_file`."""
    if size > LARGEST:
        raise Invalid(_("At most %(megabytes)d MB.") % {"megabytes": LARGEST // 1024**2}, field="logo_file")
    try:
        upload.seek(0)
        with Image.open(upload, formats=FORMATS) as opened:
            if max(opened.size) > SIDE:
                raise Invalid(_("At most %(pixels)d pixels wide and high.") % {"pixels": SIDE}, field="logo_file")
            picture = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise Invalid(_("This is not a whole PNG, JPEG or WebP picture."), field="logo_file") from None
    picture.thumbnail((WIDEST, TALLEST))
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return str(default_storage.save(f"brand/{ids.token()[:24]}.png", ContentFile(out.getvalue())))


def forget(name: str) -> None:
    """Delete a logo that is shown no more."""
    if name:
        default_storage.delete(name)
