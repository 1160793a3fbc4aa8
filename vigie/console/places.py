"""The places of the rail: which queues there are, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from vigie.people import roster
from vigie.people.access import Viewer
from vigie.tickets import queues


@dataclass(frozen=True, slots=True)
class Place:
    """`code` is what `queues.rows` takes; `n` None where nothing is counted."""

    code: str
    words: str
    icon: str
    n: int | None
    hot: bool = False


@dataclass(frozen=True, slots=True)
class Rail:
    mine: list[Place]
    teams: list[Place]

    def find(self, code: str) -> Place | None:
        return next((place for place in (*self.mine, *self.teams) if place.code == code), None)


def rail(viewer: Viewer) -> Rail:
    """Three queries: the kept counts, the departments and the viewer's teams."""
    all_departments, own_teams = roster.departments(), roster.teams_of(viewer.user) if viewer.user else []
    n = queues.counts(viewer, departments=all_departments, teams=own_teams)
    mine = [
        Place("todo", _("To do"), "inbox", n["todo"]),
        Place("mine", _("My tickets"), "user-check", n["mine"]),
        Place("high", _("High"), "octagon-alert", n["high"], hot=bool(n["high"])),
        Place("unassigned", _("Unassigned"), "circle-dashed", n["unassigned"]),
        Place("waiting", _("Waiting"), "clock", n["waiting"]),
        Place("hold", _("On hold"), "pause", n["hold"]),
        Place("solved", _("Solved"), "circle-check", None),
        Place("closed", _("Closed"), "archive", None),
    ]
    departments = [
        Place(f"department:{one.code}", one.name, _GLYPHS.get(one.code, "tag"), n.get(f"department:{one.code}", 0))
        for one in all_departments
    ]
    teams = [
        Place(f"team:{one.code}", one.name, "users", n.get(f"team:{one.code}", 0))
        for one in own_teams
    ]
    return Rail(mine=mine, teams=[*departments, *teams])


_GLYPHS = {"technical": "server", "financial": "credit-card", "abuse": "shield-alert"}
