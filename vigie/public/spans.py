"""Lengths of time spelled out, as one promises them."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def span(aim: int, limit: int) -> str:
    """As in "10 minutes", or "15 to 30 minutes" where the aim lies before the limit; both in seconds."""
    size, number = _unit(limit)
    if aim < limit and aim % size == 0:
        return _("%(aim)s to %(limit)s") % {"aim": aim // size, "limit": _spelled(size, number)}
    return _spelled(size, number)


def _unit(seconds: int) -> tuple[int, int]:
    """The largest unit, in seconds, that measures the length without a remainder, and how many of it."""
    for size in (86_400, 3600, 60):
        if seconds % size == 0:
            return size, seconds // size
    return 1, seconds


def _spelled(size: int, number: int) -> str:
    if size == 86_400:
        words = ngettext("%(num)s day", "%(num)s days", number)
    elif size == 3600:
        words = ngettext("%(num)s hour", "%(num)s hours", number)
    elif size == 60:
        words = ngettext("%(num)s minute", "%(num)s minutes", number)
    else:
        words = ngettext("%(num)s second", "%(num)s seconds", number)
    return words % {"num": number}
