"""Working hours and holidays: one line of text a day, read back in words when it cannot be understood."""

from collections.abc import Iterator
from datetime import date, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import dates
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from vigie.people import shifts
from vigie.people.errors import PeopleError
from vigie.people.models import Calendar
from vigie.people.working import Span

from .forms import TimeZoneField, VerbForm
from .guard import StaffRequest, leads_only
from .week import in_words


class CalendarForm(VerbForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    timezone = TimeZoneField(initial="Europe/Paris")
    always = forms.BooleanField(
        label=gettext_lazy("24/7"), required=False, help_text=gettext_lazy("Hours and holidays are then ignored.")
    )
    holidays = forms.CharField(
        label=gettext_lazy("Holidays"), required=False, widget=forms.Textarea(attrs={"rows": 6, "class": "code", "spellcheck": "false"}),
        help_text=gettext_lazy("One a line: the date and its name, like 2026-12-25 Christmas."),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for weekday, name in dates.WEEKDAYS.items():
            self.fields[f"day{weekday}"] = forms.CharField(
                label=name, required=False, widget=forms.TextInput(attrs={"placeholder": "09:00-12:30, 14:00-18:00"})
            )

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[f"day{weekday}"] for weekday in range(7)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["spans"] = []
        for weekday in range(7):
            try:
                cleaned["spans"] += list(_spans(weekday, cleaned.get(f"day{weekday}", "")))
            except ValueError:
                self.add_error(f"day{weekday}", _("Write hours like 09:00-12:30, 14:00-18:00."))
        try:
            cleaned["days"] = dict(_days(cleaned.get("holidays", "")))
        except ValueError as wrong:
            self.add_error("holidays", _("“%(line)s”: begin with a date like 2026-12-25.") % {"line": wrong.args[0]})
        return cleaned


@require_http_methods(["GET", "POST"])
@leads_only
def calendars(request: StaffRequest) -> HttpResponse:
    """The list; POST adds one."""
    form = CalendarForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = shifts.create(
                viewer=request.viewer,
                name=data["name"],
                timezone=data["timezone"],
                always=data["always"],
                spans=data["spans"],
            )
            shifts.set_holidays(viewer=request.viewer, calendar=made, days=data["days"])
            return redirect("console:calendars")
        except PeopleError as refused:
            form.refused(refused)
    every = Calendar.objects.prefetch_related("hours", "holidays", "teams").order_by("name")
    context = {"calendars": every, "form": form, "weekdays": list(dates.WEEKDAYS_ABBR.values()), "in_words": in_words}
    return render(request, "console/settings_hours.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@leads_only
def calendar(request: StaffRequest, calendar_id: int) -> HttpResponse:
    found = Calendar.objects.prefetch_related("hours", "holidays").filter(pk=calendar_id).first()
    if found is None:
        raise Http404
    form = CalendarForm(request.POST or None, initial=_written(found))
    form.fields["name"].disabled = True
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            shifts.set_hours(
                viewer=request.viewer,
                calendar=found,
                timezone=data["timezone"],
                always=data["always"],
                spans=data["spans"],
            )
            shifts.set_holidays(viewer=request.viewer, calendar=found, days=data["days"])
            messages.success(request, _("Saved."))
            return redirect("console:calendars")
        except PeopleError as refused:
            form.refused(refused)
    context = {"form": form, "calendar": found}
    return render(request, "console/settings_calendar.html", context, status=422 if form.errors else 200)


def _written(found: Calendar) -> dict[str, Any]:
    """The calendar as its form shows it."""
    kept: dict[str, Any] = {"name": found.name, "timezone": found.timezone, "always": found.always}
    kept["holidays"] = "\n".join(f"{one.date.isoformat()} {one.name}" for one in found.holidays.all())
    for weekday in range(7):
        spans = (f"{one.start:%H:%M}-{one.end:%H:%M}" for one in found.hours.all() if one.weekday == weekday)
        kept[f"day{weekday}"] = ", ".join(spans)
    return kept


def _spans(weekday: int, text: str) -> Iterator[Span]:
    """Raises ValueError for anything but `HH:MM-HH:MM`, separated by commas; 24:00 is midnight at the day's end."""
    for part in text.replace("–", "-").split(","):
        if part.strip():
            start, end = (piece.strip() for piece in part.split("-"))
            yield Span(weekday, time.fromisoformat(start), time(0) if end == "24:00" else time.fromisoformat(end))


def _days(text: str) -> Iterator[tuple[date, str]]:
    for line in text.splitlines():
        if line.strip():
            day, _blank, name = line.strip().partition(" ")
            try:
                yield date.fromisoformat(day), name.strip() or day
            except ValueError:
                raise ValueError(line.strip()) from None
