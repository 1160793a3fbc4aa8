"""Values people give about themselves, brought into the one form in which they are kept."""

import zoneinfo
from functools import cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from vigie.kernel.plain_line import plain_line

from .errors import Invalid

NAME_LENGTH = 120


@cache
def zones() -> frozenset[str]:
    """Every IANA zone name of this machine's tz database."""
    return frozenset(zoneinfo.available_timezones())


def address(text: str, *, field: str = "email") -> str:
    """Lower case, without blanks around. Raises `Invalid`."""
    cleaned = text.strip().lower()
    try:
        validate_email(cleaned)
    except ValidationError:
        raise Invalid(_("This is not an e-mail address, like name@example.com."), field=field) from None
    if len(cleaned) > 254:
        raise Invalid(_("An e-mail address has at most 254 characters."), field=field)
    return cleaned


def name(text: str, *, field: str = "name", length: int = NAME_LENGTH) -> str:
    """One line, blanks collapsed, nothing invisible in it. Raises `Invalid` when empty or too long."""
    cleaned = plain_line(text)
    if not cleaned:
        raise Invalid(_("A name is needed."), field=field)
    if len(cleaned) > length:
        raise Invalid(_("At most %(limit)d characters.") % {"limit": length}, field=field)
    return cleaned


def language(code: str, *, field: str = "language") -> str:
    if code not in dict(settings.LANGUAGES):
        raise Invalid(_("Vigie speaks French and English."), field=field)
    return code


def timezone(zone: str, *, field: str = "timezone") -> str:
    """An IANA name, as in `Europe/Paris`. Raises `Invalid`."""
    if zone not in zones():
        raise Invalid(_("“%(zone)s” is not a time zone, like Europe/Paris.") % {"zone": zone}, field=field)
    return zone
