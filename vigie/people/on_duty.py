"""Who answers now: the people an escalation may reach."""

from datetime import datetime
from zoneinfo import ZoneInfo

from .models import Calendar, Team, TeamMember, User
from .working import Span, is_open


def works(calendar: Calendar, at: datetime) -> bool:
    """Whether the calendar is in working time at the instant (aware)."""
    return is_open(
        always=calendar.always,
        zone=ZoneInfo(calendar.timezone),
        spans=[Span(row.weekday, row.start, row.end) for row in calendar.hours.all()],
        holidays={row.date for row in calendar.holidays.all()},
        at=at,
    )


def on_duty(team: Team, at: datetime) -> list[User]:
    """The team's active members while it works; nobody outside its hours."""
    return list(_members(team)) if works(team.calendar, at) else []


def on_call(team: Team) -> list[User]:
    """Who is reached when nobody of the team works or answers, at any hour."""
    called = _on_call_ids(team)
    return [user for user in _members(team) if user.pk in called]


def teams_on_duty(at: datetime, *, level: int | None = None) -> list[Team]:
    """Teams in working time, lowest level first; of one level when it is given."""
    teams = Team.objects.select_related("calendar").prefetch_related("calendar__hours", "calendar__holidays")
    if level is not None:
        teams = teams.filter(level=level)
    return [team for team in teams if works(team.calendar, at)]


def _members(team: Team) -> list[User]:
    return list(team.members.filter(is_active=True).order_by("name", "pk"))


def _on_call_ids(team: Team) -> set[int]:
    return set(TeamMember.objects.filter(team=team, on_call=True).values_list("user_id", flat=True))
