"""Shifts, departments, teams and the brand: what is refused, and why."""

from datetime import date, time

import pytest

from tests import worlds
from vigie.journal.models import Entry
from vigie.people import contrast, departments, provider, shifts, teams
from vigie.people.access import viewer_of
from vigie.people.errors import Invalid, LowContrast, NotAllowed
from vigie.people.working import Span

pytestmark = pytest.mark.django_db


def test_contrast_is_as_wcag_defines_it() -> None:
    assert round(contrast.ratio("#000000", "#FFFFFF"), 1) == 21
    assert round(contrast.ratio("#777777", "#FFFFFF"), 2) == 4.48
    assert contrast.worst("#2C49C8") >= contrast.AA_TEXT


def test_a_colour_that_cannot_be_read_is_refused_with_the_ratio_and_a_way_out() -> None:
    viewer = viewer_of(worlds.admin())
    with pytest.raises(LowContrast, match=r"#FFCC00.*1\.4.*#") as refusal:
        provider.change(viewer=viewer, accent="#ffcc00")
    assert refusal.value.field == "accent"
    nearest = contrast.nearest_readable("#FFCC00")
    assert provider.change(viewer=viewer, accent=nearest).accent == nearest
    assert Entry.objects.get(kind="provider.changed").data == {"fields": ["accent"]}


def test_only_administrators_change_the_provider() -> None:
    with pytest.raises(NotAllowed):
        provider.change(viewer=viewer_of(worlds.lead()), name="Autre")


def test_hours_that_overlap_are_refused_naming_the_day() -> None:
    viewer, calendar = viewer_of(worlds.lead()), worlds.calendar()
    spans = [Span(1, time(8), time(12)), Span(1, time(11), time(13))]
    with pytest.raises(Invalid, match=r"08:00–12:00.*11:00–13:00"):
        shifts.set_hours(viewer=viewer, calendar=calendar, timezone="Europe/Paris", always=False, spans=spans)
    with pytest.raises(Invalid):
        shifts.set_hours(viewer=viewer, calendar=calendar, timezone="Europe/Paris", always=False, spans=[Span(1, time(18), time(8))])  # fmt: skip
    with pytest.raises(Invalid):
        shifts.set_hours(viewer=viewer, calendar=calendar, timezone="Europe/Paris", always=False)
    with pytest.raises(Invalid) as refusal:
        shifts.set_hours(viewer=viewer, calendar=calendar, timezone="Europe/Lutece", always=True)
    assert refusal.value.field == "timezone"


def test_hours_and_holidays_are_replaced() -> None:
    viewer, calendar = viewer_of(worlds.lead()), worlds.calendar()
    shifts.set_hours(viewer=viewer, calendar=calendar, timezone="America/New_York", always=False, spans=[Span(5, time(10), time(0))])  # fmt: skip
    shifts.set_holidays(viewer=viewer, calendar=calendar, days={date(2026, 12, 25): "Noël"})
    calendar.refresh_from_db()
    assert calendar.timezone == "America/New_York"
    assert [(h.weekday, h.end) for h in calendar.hours.all()] == [(5, time(0))]
    assert [h.name for h in calendar.holidays.all()] == ["Noël"]
    with pytest.raises(NotAllowed):
        shifts.set_holidays(viewer=viewer_of(worlds.agent()), calendar=calendar, days={})


def test_departments_are_added_and_the_last_ones_stay_open() -> None:
    viewer = viewer_of(worlds.admin())
    abuse = departments.create(viewer=viewer, code="Abuse", name_fr="Abus", name_en="Abuse")
    assert abuse.code == "abuse"
    with pytest.raises(Invalid):
        departments.create(viewer=viewer, code="abuse", name_fr="Abus", name_en="Abuse")
    departments.change(viewer=viewer, department=abuse, is_open=False)
    with pytest.raises(Invalid):
        departments.change(viewer=viewer, department=worlds.financial(), is_open=False)


def test_a_team_has_members_who_work_here() -> None:
    viewer, agent = viewer_of(worlds.lead()), worlds.agent()
    team = teams.create(viewer=viewer, code="abuse", name_fr="Abus", name_en="Abuse", level=2, calendar=worlds.calendar())
    teams.set_members(viewer=viewer, team=team, members=[agent])
    assert list(team.members.all()) == [agent]
    with pytest.raises(Invalid):
        teams.set_members(viewer=viewer, team=team, members=[worlds.contact()])
    with pytest.raises(Invalid):
        teams.create(viewer=viewer, code="x", name_fr="X", name_en="X", level=4, calendar=worlds.calendar())
