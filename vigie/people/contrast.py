"""Whether a colour can be read: contrast ratios as WCAG 2.2 defines them (1.4.3). Pure."""

import colorsys
import re

SURFACES = {"#FFFFFF": "white", "#FBFAF8": "paper"}
"""What the accent stands on, as text and as the ground of white letters, on light pages."""

AA_TEXT = 4.5
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def is_colour(text: str) -> bool:
    """`#RRGGBB`, nothing else."""
    return _HEX.fullmatch(text) is not None


def ratio(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def worst(colour: str) -> float:
    """The lowest contrast of the colour with what it stands on."""
    return min(ratio(colour, surface) for surface in SURFACES)


def nearest_readable(colour: str) -> str:
    """The same hue and saturation, darkened just enough to be read."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    while lightness > 0:
        candidate = "#" + "".join(f"{round(c * 255):02X}" for c in colorsys.hls_to_rgb(hue, lightness, saturation))
        if worst(candidate) >= AA_TEXT:
            return candidate
        lightness -= 0.01
    return "#000000"


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
