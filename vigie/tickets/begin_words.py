"""What is wrong with a begin time, in the reader's language."""

from datetime import timedelta

from django.utils.translation import gettext as _

from vigie.tickets.begin_time import AmbiguousTime, BeginTimeError, FutureTime, MissingTime, Option, UnknownZone


def told(error: BeginTimeError) -> str:
    """One or two sentences to stand beside the field."""
    match error:
        case MissingTime():
            return _(
                "This time did not exist: on that day the clocks went from %(from)s straight to %(to)s. Correct the time."
            ) % {"from": f"{error.gap_from:%H:%M}", "to": f"{error.gap_to:%H:%M}"}
        case AmbiguousTime():
            first, second = error.options
            return _("The clocks were put back over this time, so it was twice. Choose: %(first)s or %(second)s.") % {
                "first": label(first),
                "second": label(second),
            }
        case FutureTime():
            return _("This time lies in the future.")
        case UnknownZone():
            return _("Choose a time zone from the list.")
    return _("Give the date and the time, for example 24/11/2026 and 13:40.")


def label(option: Option) -> str:
    """`CEST (UTC+02:00)`: the abbreviation, where the zone has one, and the offset."""
    minutes = round(option.offset / timedelta(minutes=1))
    sign = "+" if minutes >= 0 else "−"
    offset = f"UTC{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    return f"{option.abbreviation} ({offset})" if option.abbreviation.isalpha() else offset
