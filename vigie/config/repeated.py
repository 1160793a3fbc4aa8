"""The parts a page repeats with every message, an instant and an avatar, drawn here and kept: as macros they were its largest cost.

What is kept depends on nothing but what it is asked for: moment, zone, language and day; number, initials and size.
"""

from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Protocol

from markupsafe import Markup

from vigie.config import wording
from vigie.config.icons import icon

_AGO, _ON = Markup(" data-ago"), Markup(" data-on")


class Named(Protocol):
    """Whoever has an avatar."""

    @property
    def pk(self) -> int: ...
    @property
    def initials(self) -> str: ...


def time(moment: datetime | None, zone: str = "", ago: bool = False) -> Markup:  # noqa: FBT001, FBT002  called from templates
    """An instant: short words, the full ones on hover and for screen readers. `ago` lets js/clock.js say "il y a 3 min"."""
    if moment is None:
        return Markup()
    where = wording.zone_of(zone)
    return _time(moment, where, wording.language(), wording.today(where), ago)


@lru_cache(maxsize=4096)
def _time(moment: datetime, zone: tzinfo, language: str, today: date, ago: bool) -> Markup:  # noqa: FBT001  as above
    near = wording.short(moment.astimezone(zone), today, language)
    drawn = Markup('<time datetime="{}" title="{}"{}>{}</time>')
    return drawn.format(wording.iso(moment), wording.in_full(moment, zone, language), _AGO if ago else "", near)


def avatar(who: Named | None, size: str = "", on: bool = False) -> Markup:  # noqa: FBT001, FBT002  as above
    """Decoration: the name stands beside it, so the style sheet draws the letters. None is Vigie itself."""
    return _avatar(who.pk, who.initials, size, on) if who else _automatic(size)


@lru_cache(maxsize=4096)
def _avatar(pk: int, initials: str, size: str, on: bool) -> Markup:  # noqa: FBT001  as above
    drawn = Markup('<span class="ava {} hue-{}" aria-hidden="true" data-initials="{}"{}></span>')
    return drawn.format(size, wording.hue(pk), initials, _ON if on else "")


@lru_cache(maxsize=16)
def _automatic(size: str) -> Markup:
    return Markup('<span class="ava {} auto" aria-hidden="true">{}</span>').format(size, icon("bot"))
