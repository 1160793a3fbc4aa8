"""A whole palette from one accent colour. Pure; colours are `#RRGGBB`, contrast as in `people.contrast`."""

from collections.abc import Callable
from dataclasses import dataclass

from vigie.people.contrast import nearest_readable, ratio

_WHITE, _NIGHT, _BLACK = "#FFFFFF", "#1D1B19", "#0B0A09"
_READABLE = 7.0


@dataclass(frozen=True, slots=True)
class Palette:
    """Each pair is (light, dark): the accent, text on it, its soft ground, and text on that ground."""

    accent: tuple[str, str]
    on_accent: tuple[str, str]
    soft: tuple[str, str]
    ink: tuple[str, str]


def palette(accent: str) -> Palette:
    """Light and dark colours derived from one accent; every pair of text and ground reaches 4.5:1, most 7:1."""
    light = nearest_readable(accent)
    dark = _until(light, _WHITE, lambda tried: ratio(tried, _NIGHT) >= _READABLE)
    soft_light, soft_dark = mix(light, _WHITE, 0.91), mix(dark, _NIGHT, 0.84)
    return Palette(
        accent=(light, dark),
        on_accent=(_WHITE, _until(mix(dark, _BLACK, 0.7), _BLACK, lambda tried: ratio(tried, dark) >= _READABLE)),
        soft=(soft_light, soft_dark),
        ink=(
            _until(light, _BLACK, lambda tried: ratio(tried, soft_light) >= _READABLE),
            _until(dark, _WHITE, lambda tried: ratio(tried, soft_dark) >= _READABLE),
        ),
    )


def mix(one: str, other: str, share: float) -> str:
    """`share` of `other` in `one`, 0 to 1."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def _until(start: str, towards: str, good: Callable[[str], bool]) -> str:
    """The first step from `start` to `towards` that is good; `towards` when none before it is."""
    steps = (mix(start, towards, step / 40) for step in range(40))
    return next((tried for tried in steps if good(tried)), towards)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
