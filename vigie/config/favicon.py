"""The icon of a tab: the provider's logo where it is about as wide as high, else Vigie's mark in the provider's colour."""

from io import BytesIO

from django.core.cache import cache
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from PIL import Image, ImageDraw

from vigie.config.brand import OURS, current
from vigie.people.models import Provider

SIZES = [(16, 16), (32, 32), (48, 48)]
SQUARE = 1.5
"""How many times wider than high, or higher than wide, a logo may be to stand in a square."""
_FINE = 8
"""Drawn so many times larger than shown: Pillow draws without smoothing."""


@cache_control(public=True, max_age=86_400)
def favicon(_request: HttpRequest) -> HttpResponse:
    """An ICO of three sizes. Its address carries a mark that changes with the brand; asked without, it is a day old at most."""
    brand = current()
    key = f"favicon:{brand.accent}:{brand.logo}"
    made: bytes | None = cache.get(key)
    if made is None:
        made = _ico(_logo() or _mark(brand.accent or OURS))
        cache.set(key, made, 3600)
    return HttpResponse(made, content_type="image/x-icon")


def _ico(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "ICO", sizes=SIZES)
    return out.getvalue()


def _logo() -> Image.Image | None:
    name = Provider.objects.filter(pk=1).values_list("logo", flat=True).first()
    if not name or not default_storage.exists(name):
        return None
    with default_storage.open(name) as file, Image.open(file, formats=("PNG",)) as opened:
        drawn = opened.convert("RGBA")
    if max(drawn.size) > SQUARE * min(drawn.size):
        return None
    side = max(drawn.size)
    square = Image.new("RGBA", (side, side))
    square.paste(drawn, ((side - drawn.width) // 2, (side - drawn.height) // 2))
    return square.resize((48, 48), Image.Resampling.LANCZOS)


def _mark(accent: str) -> Image.Image:
    """`static/img/vigie.svg`, a life buoy of 32 by 32 units, in another colour."""
    unit = 1.5 * _FINE
    large = Image.new("RGBA", (int(32 * unit), int(32 * unit)))
    pen = ImageDraw.Draw(large)
    pen.rounded_rectangle((0, 0, large.width - 1, large.height - 1), radius=8 * unit, fill=accent)
    width = round(2.4 * unit)
    for radius in (9.5 + 1.2, 3.6 + 1.2):
        edge = ((16 - radius) * unit, (16 - radius) * unit, (16 + radius) * unit, (16 + radius) * unit)
        pen.ellipse(edge, outline="white", width=width)
    for x, y in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        inner, outer = 2.6, 6.7
        line = [((16 + x * far) * unit, (16 + y * far) * unit) for far in (inner, outer)]
        pen.line(line, fill="white", width=width)
    return large.resize((48, 48), Image.Resampling.LANCZOS)
