"""Departments, teams and staff, in their order, for pages that show them: small tables, read with almost every page."""

from vigie.kernel import lookup

from .models import Department, Team, User
from .models.user import STAFF

_AND_ACTIVE = f"role IN ({', '.join(['%s'] * len(STAFF))}) AND is_active ORDER BY name"


def departments() -> list[Department]:
    """By position."""
    return lookup.every(Department, "1 = 1 ORDER BY position, code")


def teams() -> list[Team]:
    """By level."""
    return lookup.every(Team, "1 = 1 ORDER BY level, code")


def teams_of(user: User) -> list[Team]:
    """Those the person is a member of, by level."""
    return lookup.every(Team, "id IN (SELECT team_id FROM people_teammember WHERE user_id = %s) ORDER BY level, code", user.pk)


def staff() -> list[User]:
    """Everybody of the staff who may sign in, by name."""
    return lookup.every(User, _AND_ACTIVE, *(str(role) for role in STAFF))
