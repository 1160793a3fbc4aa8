"""The demonstration's provider: its name and addresses, its people, when they work."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.contrib.auth.hashers import make_password
from django.db import transaction

from vigie.kernel import clock
from vigie.people import addresses, departments, provider, shifts, staff, teams
from vigie.people.access import Viewer, viewer_of
from vigie.people.models import Calendar, Department, Role, Team, User
from vigie.people.working import Span

from .accounts import AMSTERDAM, MIAMI, PARIS

PEOPLE = (  # address, name, role, teams
    ("agent@demo.example", "Marion Lefèvre", Role.AGENT, ("support",)),
    ("tech@demo.example", "Karim Benali", Role.AGENT, ("sysadmin",)),
    ("lead@demo.example", "Sofia Duarte", Role.LEAD, ("support",)),
    ("ines.caron@introserv.example", "Inès Caron", Role.AGENT, ("support",)),
    ("paul.girard@introserv.example", "Paul Girard", Role.AGENT, ("support",)),
    ("emma.lindqvist@introserv.example", "Emma Lindqvist", Role.AGENT, ("support",)),
    ("lucie.marchal@introserv.example", "Lucie Marchal", Role.AGENT, ("billing",)),
    ("theo.renaud@introserv.example", "Théo Renaud", Role.AGENT, ("billing",)),
    ("nils.devries@introserv.example", "Nils de Vries", Role.AGENT, ("datacentre", "datacentre-amsterdam")),
    ("ana.torres@introserv.example", "Ana Torres", Role.AGENT, ("datacentre-miami",)),
    ("hugo.petit@introserv.example", "Hugo Petit", Role.AGENT, ("sysadmin",)),
)
ADMIN = ("admin@demo.example", "Claire Aubry")
ON_CALL = {"hugo.petit@introserv.example", "lead@demo.example"}
EASTER_MONDAYS = {2026: date(2026, 4, 6), 2027: date(2027, 3, 29), 2028: date(2028, 4, 17)}


@dataclass(frozen=True)
class Crew:
    """Who answers, by team code; `admin` is the viewer in whose name everything is set up."""

    admin: Viewer
    by_team: dict[str, list[Viewer]]
    lead: Viewer
    agent: Viewer
    tech: Viewer


def open_desk(password: str) -> Crew:
    """Name the provider, appoint its people, set their hours. Once, on an installation that has only its defaults."""
    with transaction.atomic():
        secret = make_password(password)
        root = User.objects.create_user(email=ADMIN[0], name=ADMIN[1], role=Role.ADMIN)
        addresses.prove(root)
        admin = viewer_of(root)
        provider.change(
            viewer=admin, name="INTROSERV", site="https://introserv.com", support_address="support@introserv.com"
        )
        for code, address in (("technical", "support@introserv.com"), ("financial", "billing@introserv.com")):
            departments.change(viewer=admin, department=Department.objects.get(code=code), address=address)
        _hours(admin)
        users = {root.email: root}
        for email, name, role, _codes in PEOPLE:
            users[email] = staff.create(viewer=admin, email=email, name=name, role=role)
        by_team: dict[str, list[Viewer]] = {}
        for team in Team.objects.all():
            members = [users[email] for email, _name, _role, codes in PEOPLE if team.code in codes]
            teams.set_members(
                viewer=admin, team=team, members=members, on_call=[one for one in members if one.email in ON_CALL]
            )
            by_team[team.code] = [viewer_of(one) for one in members]
        User.objects.filter(email__endswith="@demo.example").update(password=secret)
    seen = {email: viewer_of(user) for email, user in users.items()}
    return Crew(admin, by_team, seen["lead@demo.example"], seen["agent@demo.example"], seen["tech@demo.example"])


def _hours(admin: Viewer) -> None:
    """Data-centre technicians work by the clock of their site; offices close on the French holidays."""
    technical = Department.objects.get(code="technical")
    spans = [Span(day, time(8), time(17)) for day in range(5)]
    local = Team.objects.get(code="datacentre")
    teams.change(
        viewer=admin, team=local, name_fr=f"Techniciens de {PARIS}", name_en=f"Technicians at {PARIS}", level=2,
        calendar=local.calendar, department=technical, location=PARIS,
    )  # fmt: skip
    for code, site, zone in (
        ("datacentre-amsterdam", AMSTERDAM, "Europe/Amsterdam"),
        ("datacentre-miami", MIAMI, "America/New_York"),
    ):
        teams.create(
            viewer=admin, code=code, name_fr=f"Techniciens de {site}", name_en=f"Technicians at {site}", level=2,
            calendar=shifts.create(viewer=admin, name=site, timezone=zone, spans=spans), department=technical, location=site,
        )  # fmt: skip
    days = holidays(clock.now())
    for calendar in Calendar.objects.filter(always=False, timezone="Europe/Paris"):
        shifts.set_holidays(viewer=admin, calendar=calendar, days=days)


def holidays(now: datetime) -> dict[date, str]:
    """French public holidays on fixed days, this year and the next, and Easter Monday where known."""
    fixed = (
        (1, 1, "Jour de l’An"), (5, 1, "Fête du Travail"), (5, 8, "Victoire 1945"), (7, 14, "Fête nationale"),
        (8, 15, "Assomption"), (11, 1, "Toussaint"), (11, 11, "Armistice 1918"), (12, 25, "Noël"),
    )  # fmt: skip
    days = {date(year, month, day): name for year in (now.year, now.year + 1) for month, day, name in fixed}
    days |= {EASTER_MONDAYS[year]: "Lundi de Pâques" for year in (now.year, now.year + 1) if year in EASTER_MONDAYS}
    return dict(sorted(days.items()))
