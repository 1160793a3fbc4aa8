"""Teams and who works in them; kept by administrators and team leads."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import clock

from . import checking
from .access import Viewer
from .codes import checked_code
from .errors import Invalid, NotAllowed
from .models import Calendar, Department, Team, TeamMember, User

LEVELS = (1, 2, 3)


def create(
    *,
    viewer: Viewer,
    code: str,
    name_fr: str,
    name_en: str,
    level: int,
    calendar: Calendar,
    department: Department | None = None,
    location: str = "",
) -> Team:
    """Raises `NotAllowed`, `Invalid` naming the field."""
    _guard(viewer)
    code = checked_code(code)
    if Team.objects.filter(code=code).exists():
        raise Invalid(_("This code is in use."), field="code")
    with transaction.atomic():
        team = Team.objects.create(
            code=code,
            name_fr=checking.name(name_fr, field="name_fr", length=80),
            name_en=checking.name(name_en, field="name_en", length=80),
            level=_checked_level(level),
            calendar=calendar,
            department=department,
            location=location.strip(),
        )
        _journal("team.created", viewer, team, {})
    return team


def change(
    *,
    viewer: Viewer,
    team: Team,
    name_fr: str,
    name_en: str,
    level: int,
    calendar: Calendar,
    department: Department | None = None,
    location: str = "",
) -> Team:
    """Everything but the code. Raises `NotAllowed`, `Invalid` naming the field."""
    _guard(viewer)
    wanted: dict[str, Any] = {
        "name_fr": checking.name(name_fr, field="name_fr", length=80),
        "name_en": checking.name(name_en, field="name_en", length=80),
        "level": _checked_level(level),
        "calendar": calendar,
        "department": department,
        "location": location.strip(),
    }
    changed = [field for field, value in wanted.items() if getattr(team, field) != value]
    if changed:
        with transaction.atomic():
            for field in changed:
                setattr(team, field, wanted[field])
            team.save(update_fields=changed)
            _journal("team.changed", viewer, team, {"fields": changed})
    return team


def set_members(*, viewer: Viewer, team: Team, members: Iterable[User], on_call: Iterable[User] = ()) -> None:
    """Make exactly these active staff the members; those of them in `on_call` are reached at any hour.

    Raises `NotAllowed`, `Invalid` for somebody who is not active staff, or on call without being a member.
    """
    _guard(viewer)
    wanted, called = {user.pk: user for user in members}, {user.pk for user in on_call}
    if not called <= wanted.keys():
        raise Invalid(_("Only members of the team can be on call."), field="on_call")
    for user in wanted.values():
        if not user.is_staff or not user.is_active:
            raise Invalid(_("%(name)s does not work here.") % {"name": user}, field="members")
    with transaction.atomic():
        TeamMember.objects.filter(team=team).exclude(user_id__in=wanted).delete()
        for pk, user in wanted.items():
            TeamMember.objects.update_or_create(team=team, user=user, defaults={"on_call": pk in called})
        _journal("team.members_set", viewer, team, {"members": sorted(wanted), "on_call": sorted(called)})


def _checked_level(level: int) -> int:
    if level not in LEVELS:
        raise Invalid(_("The level is 1, 2 or 3."), field="level")
    return level


def _guard(viewer: Viewer) -> None:
    if not viewer.is_lead:
        raise NotAllowed


def _journal(kind: str, viewer: Viewer, team: Team, data: dict[str, Any]) -> None:
    record(kind, at=clock.now(), audience=Audience.STAFF, actor_id=viewer.actor_id, data={"team": team.pk, **data})
