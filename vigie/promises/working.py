"""The stored calendars as pure working time."""

from vigie.people.models import Calendar, Holiday, WorkingHours
from vigie.promises.calendar import ALWAYS, WorkingTime


def working_time(calendar_id: int | None) -> WorkingTime:
    """The working time of a calendar as it stands now; 24/7 for None, without a query.

    Never cached: an edited holiday counts from the next clock on in every process. Raises Calendar.DoesNotExist.
    """
    if calendar_id is None:
        return ALWAYS
    zone, always = Calendar.objects.values_list("timezone", "always").get(pk=calendar_id)
    if always:
        return ALWAYS
    spans = WorkingHours.objects.filter(calendar_id=calendar_id).values_list("weekday", "start", "end")
    holidays = Holiday.objects.filter(calendar_id=calendar_id).values_list("date", flat=True)
    return WorkingTime.of(zone, spans, holidays)
