"""Instants, durations, sizes and numbers in the reader's language and time zone; the filters of the templates."""

import math
from datetime import date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, get_timezone_location
from babel.numbers import format_decimal, format_percent
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from vigie.kernel import clock

SOON = 15 * 60
"""Seconds before a due instant from which its clock warns."""

_DAY = "EEEE d MMMM y"
_VOWELS = frozenset("AÀÂEÉÈÊIÎOÔUÜYH")


def when(moment: datetime | None, zone: str = "") -> str:
    """Short: today "13:52", this year "24 nov., 13:52", else "24 nov. 2025". `zone` is an IANA name; empty is the reader's."""
    if moment is None:
        return ""
    where = zone_of(zone)
    return short(moment.astimezone(where), today(where), language())


def short(local: datetime, today: date, language: str) -> str:
    """`when` for a wall clock, on the reader's day."""
    if local.date() == today:
        return format(local, "%H:%M")
    if local.year == today.year:
        return f"{_dated(local.date(), 'd MMM', language)}, {local:%H:%M}"
    return _dated(local.date(), "d MMM y", language)


def day(moment: datetime | date, zone: str = "") -> str:
    """The day in words: "Aujourd’hui", "Hier", else "mardi 24 novembre 2026"."""
    where = zone_of(zone)
    local = moment.astimezone(where).date() if isinstance(moment, datetime) else moment
    ago = (today(where) - local).days
    if ago == 0:
        return _("Today")
    if ago == 1:
        return _("Yesterday")
    return _dated(local, _DAY, language())


def instant(moment: datetime | None, zone: str = "") -> str:
    """In full: "mardi 24 novembre 2026 à 13:40, heure de Paris (CET)"."""
    if moment is None:
        return ""
    return in_full(moment, zone_of(zone), language())


def in_full(moment: datetime, zone: tzinfo, language: str) -> str:
    """`instant` in a zone and in the language that is active."""
    return _instant(int(moment.timestamp() // 1), zone, language)


@lru_cache(maxsize=4096)
def _instant(second: int, zone: tzinfo, language: str) -> str:
    local = datetime.fromtimestamp(second, zone)
    return _("%(day)s at %(time)s, %(zone)s") % {
        "day": _dated(local.date(), _DAY, language),
        "time": format(local, "%H:%M"),
        "zone": zone_words(local),
    }


def zone_words(local: datetime) -> str:
    """As in "heure de Paris (CET)"; the abbreviation is the one in force at that instant, an offset where none is in use."""
    name = str(local.tzinfo)
    short = local.tzname() or ""
    if short in {"UTC", "GMT"} and (name == short or not get_global("zone_territories").get(name)):
        return short
    if not short.isalpha():
        short = "UTC" + local.strftime("%z")[:3].replace("-", "−") + _minutes_of(local)
    city = _city(name, language())
    if city[:1] in _VOWELS:  # French elides: heure d’Athènes
        return _("%(vowel_city)s time (%(zone)s)") % {"vowel_city": city, "zone": short}
    return _("%(city)s time (%(zone)s)") % {"city": city, "zone": short}


def duration(seconds: float | None) -> str:
    """A length of time, two units at most: "45 s", "10 min", "1 h 48", "2 j 3 h"."""
    if seconds is None:
        return ""
    whole = max(0, round(seconds))
    if whole < 60:
        return _("%(n)s s") % {"n": whole}
    minutes = round(whole / 60)
    if minutes < 60:
        return _("%(n)s min") % {"n": minutes}
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return _("%(h)s h %(m)s") % {"h": hours, "m": f"{minutes:02}"} if minutes else _("%(n)s h") % {"n": hours}
    days, hours = divmod(hours, 24)
    text = ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    return f"{text} {_('%(n)s h') % {'n': hours}}" if hours and days < 8 else text


def countdown(due: datetime | None) -> str:
    """Words of a running clock: "4:12" under an hour, "1 h 48" above, "Dépassé de 3 min" after it."""
    if due is None:
        return ""
    left = (due - clock.now()).total_seconds()
    if left <= 0:
        return _("Late by %(time)s") % {"time": duration(max(60, math.floor(-left / 60) * 60))}
    if left < 3600:
        whole = math.ceil(left)
        return f"{whole // 60}:{whole % 60:02}"
    return duration(math.floor(left / 60) * 60)


def clock_class(due: datetime | None) -> str:
    """`late`, `soon` or nothing: the class that goes with `countdown`."""
    if due is None:
        return ""
    left = (due - clock.now()).total_seconds()
    return "late" if left <= 0 else "soon" if left < SOON else ""


def iso(moment: datetime | None) -> str:
    """For `datetime` and `data-` attributes: RFC 3339 in UTC, whole seconds."""
    return moment.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def size(count: int | None) -> str:
    """Bytes as people write them, in steps of 1,024: "184 Ko", "2,4 Mo"."""
    if count is None:
        return ""
    if count < 1024:
        return ngettext("%(n)s byte", "%(n)s bytes", count) % {"n": count}
    value, unit = count / 1024, _("kB")
    for larger in (_("MB"), _("GB")):
        if value < 1000:
            break
        value, unit = value / 1024, larger
    return f"{number(value, 1 if value < 10 and unit != _('kB') else 0)}\N{NO-BREAK SPACE}{unit}"


def number(value: float | None, places: int = 0) -> str:
    """Grouped and with the language's decimal mark."""
    return "" if value is None else format_decimal(round(value, places), locale=language())


def share(value: float | None) -> str:
    """0.991 -> "99,1 %"; never rounded up to 100 %."""
    if value is None:
        return ""
    return format_percent(
        math.floor(value * 1000 + 1e-9) / 1000,
        "#,##0.#\N{NO-BREAK SPACE}%" if language() == "fr" else "#,##0.#%",
        locale=language(),
    )


def hue(key: int | str | None) -> int:
    """One of the twelve avatar colours, always the same for the same key."""
    return (key if isinstance(key, int) else sum(map(ord, key or ""))) % 12


def initials(name: str) -> str:
    """At most two letters, for an avatar."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def language() -> str:
    """The reader's."""
    return get_language() or "fr"


def today(zone: tzinfo) -> date:
    """The day that it is there."""
    return clock.now().astimezone(zone).date()


@lru_cache(maxsize=4096)
def _dated(local: date, pattern: str, language: str) -> str:
    """Babel's words for a date, which cost it more than the rest of a line of a page."""
    return format_date(local, pattern, locale=language)


@lru_cache(maxsize=512)
def _named(zone: str) -> ZoneInfo:
    return ZoneInfo(zone)


def zone_of(name: str = "") -> tzinfo:
    """The zone of that IANA name; the reader's where there is none."""
    return _named(name) if name else timezone.get_current_timezone()


@lru_cache(maxsize=512)
def _city(zone: str, language: str) -> str:
    return str(get_timezone_location(zone, locale=Locale(language), return_city=True))


def _minutes_of(local: datetime) -> str:
    minutes = local.strftime("%z")[3:5]
    return "" if minutes == "00" else f":{minutes}"


def instant_of(text: str, zone: str = "") -> str:
    """`when` of an instant kept as ISO text; the text itself where it is none."""
    try:
        return when(datetime.fromisoformat(text), zone)
    except (TypeError, ValueError):
        return text


def clock_in(moment: datetime, zone: str) -> str:
    """Wall clock somewhere else: "14:03, Paris"."""
    return f"{moment.astimezone(zone_of(zone)):%H:%M}, {_city(zone, language())}"


def local_date(moment: datetime) -> str:
    """The reader's date, for `input[type=date]`."""
    return moment.astimezone(zone_of()).date().isoformat()
