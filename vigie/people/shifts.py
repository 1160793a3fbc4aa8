"""When teams work: calendars, their weekly hours and their holidays; kept by administrators and team leads."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import dates
from django.utils.translation import gettext as _

from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import clock

from . import checking
from .access import Viewer
from .errors import Invalid, NotAllowed
from .models import Calendar, Holiday, WorkingHours
from .working import MIDNIGHT, Span, overlapping


def create(*, viewer: Viewer, name: str, timezone: str, always: bool = False, spans: Iterable[Span] = ()) -> Calendar:
    """Raises `NotAllowed`, `Invalid` naming the field."""
    _guard(viewer)
    name = checking.name(name, length=80)
    if Calendar.objects.filter(name=name).exists():
        raise Invalid(_("Another calendar has this name."), field="name")
    with transaction.atomic():
        calendar = Calendar.objects.create(name=name, timezone=checking.timezone(timezone), always=always)
        _journal("calendar.created", viewer, calendar, {})
        set_hours(viewer=viewer, calendar=calendar, timezone=timezone, always=always, spans=spans)
    return calendar


def set_hours(*, viewer: Viewer, calendar: Calendar, timezone: str, always: bool, spans: Iterable[Span] = ()) -> None:
    """Replace the weekly hours: wall-clock spans in the calendar's IANA zone; with `always` the spans are kept unused.

    Raises `NotAllowed`; `Invalid` with what is wrong and on which day.
    """
    _guard(viewer)
    wanted = sorted(set(spans), key=lambda span: (span.weekday, span.start))
    zone = checking.timezone(timezone)
    for span in wanted:
        _check(span)
    if clash := overlapping(wanted):
        raise Invalid(_("%(day)s: %(one)s and %(other)s overlap.") % _said(*clash), field="hours")
    if not always and not wanted:
        raise Invalid(_("A calendar needs hours, or 24/7."), field="hours")
    with transaction.atomic():
        calendar.timezone, calendar.always = zone, always
        calendar.save(update_fields=["timezone", "always"])
        calendar.hours.all().delete()
        WorkingHours.objects.bulk_create(
            [WorkingHours(calendar=calendar, weekday=s.weekday, start=s.start, end=s.end) for s in wanted]
        )
        _journal("calendar.hours_set", viewer, calendar, {"timezone": zone, "always": always, "spans": len(wanted)})


def set_holidays(*, viewer: Viewer, calendar: Calendar, days: Mapping[date, str]) -> None:
    """Replace the holidays: local days on which nobody works, each with its name. Raises `NotAllowed`, `Invalid`."""
    _guard(viewer)
    named = {day: checking.name(name, field="holidays", length=80) for day, name in days.items()}
    with transaction.atomic():
        calendar.holidays.all().delete()
        Holiday.objects.bulk_create([Holiday(calendar=calendar, date=day, name=name) for day, name in named.items()])
        _journal("calendar.holidays_set", viewer, calendar, {"count": len(named)})


def _check(span: Span) -> None:
    if span.weekday not in range(7):
        raise Invalid(_("There are seven days in a week."), field="hours")
    if span.end != MIDNIGHT and span.end <= span.start:
        day = str(dates.WEEKDAYS[span.weekday])
        raise Invalid(
            _("%(day)s: the end must come after the beginning; split a night at midnight.") % {"day": day},
            field="hours",
        )


def _said(one: Span, other: Span) -> dict[str, str]:
    return {
        "day": str(dates.WEEKDAYS[one.weekday]),
        "one": f"{one.start:%H:%M}–{one.end:%H:%M}",
        "other": f"{other.start:%H:%M}–{other.end:%H:%M}",
    }


def _guard(viewer: Viewer) -> None:
    if not viewer.is_lead:
        raise NotAllowed


def _journal(kind: str, viewer: Viewer, calendar: Calendar, data: dict[str, Any]) -> None:
    record(
        kind, at=clock.now(), audience=Audience.STAFF, actor_id=viewer.actor_id, data={"calendar": calendar.pk, **data}
    )
