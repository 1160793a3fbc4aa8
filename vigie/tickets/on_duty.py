"""The ladder an alarm climbs: assignee, team, next level, whoever is on call."""

from datetime import datetime
from enum import Enum

from vigie.people.models import Role, Team, User
from vigie.people.models.user import STAFF
from vigie.promises.working import working_time
from vigie.tickets.escalating import level_of, teams_for
from vigie.tickets.models import Ticket


class Rung(Enum):
    ASSIGNEE = "assignee"
    TEAM = "team"
    NEXT_LEVEL = "next_level"
    ON_CALL = "on_call"


LADDER = tuple(Rung)


def reached(ticket: Ticket, rungs: tuple[Rung, ...], at: datetime) -> dict[User, Rung]:
    """The active staff on these rungs at `at`, each with the lowest rung that reaches them.

    Where they reach nobody the alarm climbs on; above the last rung stand team leads and administrators.
    """
    found: dict[User, Rung] = {}
    top = LADDER.index(rungs[-1])
    for place, rung in enumerate(LADDER):
        if rung not in rungs and (place < top or found):
            continue
        for user in _on(rung, ticket, at):
            found.setdefault(user, rung)
    if not found:
        heads = User.objects.filter(is_active=True, role__in=[Role.LEAD, Role.ADMIN])
        found = dict.fromkeys(heads, Rung.ON_CALL)
    return found


def _on(rung: Rung, ticket: Ticket, at: datetime) -> list[User]:
    staff = User.objects.filter(is_active=True, role__in=STAFF).order_by("pk").distinct()
    if rung is Rung.ASSIGNEE:
        return [ticket.assignee] if ticket.assignee is not None and ticket.assignee.is_active else []
    if rung is Rung.TEAM:
        return list(staff.filter(teams__in=[team for team in _own_teams(ticket) if _works(team, at)]))
    if rung is Rung.NEXT_LEVEL:
        above = next((team for team in teams_for(ticket, up=True) if _works(team, at)), None)
        return list(staff.filter(teams=above)) if above is not None else []
    serving = Team.objects.filter(department=None) | Team.objects.filter(department=ticket.department_id)
    return list(staff.filter(teammember__on_call=True, teammember__team__in=serving))


def _own_teams(ticket: Ticket) -> list[Team]:
    """The ticket's team; while it has none, those of its level that serve its department."""
    if ticket.team is not None:
        return [ticket.team]
    teams = Team.objects.filter(level=level_of(ticket))
    return [team for team in teams if team.department_id in {None, ticket.department_id}]


def _works(team: Team, at: datetime) -> bool:
    return working_time(team.calendar_id).is_open(at)
