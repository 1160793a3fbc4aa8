"""Time zones as people say them: the city in their language and its country, grouped by region; IANA names as values."""

from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location

REGIONS = ("Europe", "Africa", "America", "Asia", "Atlantic", "Australia", "Indian", "Pacific", "Arctic", "Antarctica")


@lru_cache(maxsize=4)
def choices(language: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """(region, ((IANA name, words), ...)) for every zone in which people live; `language` is `fr` or `en`."""
    inhabited = {zone for zones in get_global("territory_zones").values() for zone in zones} & available_timezones()
    found: dict[str, list[tuple[str, str]]] = {}
    for zone in inhabited:
        region, _, city = zone.partition("/")
        if city:
            found.setdefault(region, []).append((zone, words(zone, language)))
    return tuple(
        (region, tuple(sorted(found[region], key=lambda choice: choice[1]))) for region in REGIONS if region in found
    )


def words(zone: str, language: str) -> str:
    """`Europe/Paris` -> "Paris, France"; `America/New_York` -> "New York, États-Unis". An unknown zone stays as it is."""
    country = get_global("zone_territories").get(zone, "")
    city = get_timezone_location(zone, locale=language, return_city=True)
    name = Locale(language).territories.get(country, "") if country else ""
    return f"{city}, {name}" if name and name != city else city or zone


def known(zone: str) -> bool:
    """Whether `zone` is an IANA name this installation knows."""
    return zone in available_timezones()
