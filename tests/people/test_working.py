"""Whether somebody works, and who is on duty."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tests import worlds
from vigie.people import on_duty, teams
from vigie.people.access import OPERATOR
from vigie.people.errors import Invalid
from vigie.people.working import Span, is_open, overlapping

PARIS = ZoneInfo("Europe/Paris")
DAY = [Span(0, time(9), time(18))]


def at(text: str, zone: ZoneInfo = PARIS) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(("moment", "works"), [("2026-11-23 08:59:59", False), ("2026-11-23 09:00", True), ("2026-11-23 17:59:59", True), ("2026-11-23 18:00", False), ("2026-11-24 12:00", False)])  # fmt: skip
def test_the_start_belongs_to_a_span_and_the_end_does_not(moment: str, works: bool) -> None:
    assert is_open(always=False, zone=PARIS, spans=DAY, holidays=(), at=at(moment)) is works


def test_hours_are_wall_clock_in_the_calendars_zone() -> None:
    nine_in_new_york = at("2026-11-23 09:30", ZoneInfo("America/New_York"))
    assert not is_open(always=False, zone=PARIS, spans=[Span(0, time(9), time(12))], holidays=(), at=nine_in_new_york)
    assert is_open(always=False, zone=ZoneInfo("America/New_York"), spans=DAY, holidays=(), at=nine_in_new_york)


def test_midnight_at_the_end_means_the_days_end() -> None:
    assert is_open(always=False, zone=PARIS, spans=[Span(0, time(20), time(0))], holidays=(), at=at("2026-11-23 23:59:59"))


def test_nobody_works_on_a_holiday_unless_always() -> None:
    day, moment = {date(2026, 11, 23)}, at("2026-11-23 12:00")
    assert not is_open(always=False, zone=PARIS, spans=DAY, holidays=day, at=moment)
    assert is_open(always=True, zone=PARIS, spans=(), holidays=day, at=moment)


def test_overlap_is_found_and_touching_is_none() -> None:
    morning, evening = Span(0, time(8), time(12)), Span(0, time(12), time(20))
    assert overlapping([evening, morning]) is None
    assert overlapping([morning, Span(0, time(11), time(13))]) == (morning, Span(0, time(11), time(13)))
    assert overlapping([Span(0, time(22), time(0)), Span(0, time(23), time(23, 30))]) is not None


@pytest.mark.django_db
def test_support_is_on_duty_at_night_and_billing_is_not() -> None:
    night = worlds.agent(worlds.team("support"))
    day = worlds.agent(worlds.team("billing"))
    moment = at("2026-11-24 03:00")
    assert on_duty.on_duty(worlds.team("support"), moment) == [night]
    assert on_duty.on_duty(worlds.team("billing"), moment) == []
    assert on_duty.on_duty(worlds.team("billing"), at("2026-11-24 10:00")) == [day]
    assert [team.code for team in on_duty.teams_on_duty(moment)] == ["support"]


@pytest.mark.django_db
def test_on_call_is_reached_outside_hours_and_only_members_are_on_call() -> None:
    caller, other = worlds.agent(), worlds.agent()
    team = worlds.team("sysadmin")
    teams.set_members(viewer=OPERATOR, team=team, members=[caller], on_call=[caller])
    assert on_duty.on_call(team) == [caller]
    with pytest.raises(Invalid) as refusal:
        teams.set_members(viewer=OPERATOR, team=team, members=[caller], on_call=[other])
    assert refusal.value.field == "on_call"
