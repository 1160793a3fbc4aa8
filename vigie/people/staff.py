"""The people who answer: appointed, promoted and let go by administrators."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import clock

from . import addresses, checking, sessions
from .access import Viewer
from .errors import AddressTaken, Invalid, LastAdministrator, NotAllowed
from .models import ApiToken, Contact, Role, TeamMember, User
from .models.user import STAFF


def create(
    *,
    viewer: Viewer,
    email: str,
    name: str,
    role: str,
    language: str = "fr",
    timezone: str = "Europe/Paris",
    password: str | None = None,
) -> User:
    """Create an agent, team lead or administrator. With a password the person may sign in at once; without, a reset
    link lets them in. Raises `NotAllowed`, `Invalid`, `AddressTaken`.
    """
    _guard(viewer)
    address = checking.address(email)
    if User.objects.filter(email=address).exists():
        raise AddressTaken(field="email")
    with transaction.atomic():
        user = User.objects.create_user(
            email=address,
            password=password,
            name=checking.name(name),
            role=checked_role(role),
            language=checking.language(language),
            timezone=checking.timezone(timezone),
        )
        addresses.prove(user)
        _journal("person.appointed", viewer, user, {"role": role})
    return user


def appoint(*, viewer: Viewer, user: User, role: str) -> User:
    """Make somebody staff, or give staff another role. Raises `NotAllowed`, `Invalid`, `AddressTaken` for a customer's
    contact, and `LastAdministrator`.
    """
    _guard(viewer)
    role = checked_role(role)
    if role == user.role:
        return user
    if Contact.objects.filter(user=user).exists():
        raise AddressTaken(_("This person acts for a customer; staff need an address of their own."), field="email")
    with transaction.atomic():
        _an_administrator_remains(user)
        before, user.role = user.role, role
        user.save(update_fields=["role"])
        _journal("person.appointed", viewer, user, {"from": before, "role": role})
    return user


def deactivate(*, viewer: Viewer, user: User) -> None:
    """End every session and token of the person at once and leave the teams. Nothing they wrote is touched. Idempotent.

    Raises `NotAllowed`, `LastAdministrator`.
    """
    _guard(viewer)
    now = clock.now()
    with transaction.atomic():
        _an_administrator_remains(user)
        user.is_active = False
        user.save(update_fields=["is_active"])
        ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
        TeamMember.objects.filter(user=user).delete()
        sessions.end_all(user=user)
        _journal("person.deactivated", viewer, user, {})


def reactivate(*, viewer: Viewer, user: User) -> None:
    """Let the person sign in again; tokens stay revoked, teams are joined anew. Raises `NotAllowed`."""
    _guard(viewer)
    with transaction.atomic():
        user.is_active = True
        user.save(update_fields=["is_active"])
        _journal("person.reactivated", viewer, user, {})


def checked_role(role: str) -> str:
    if role not in STAFF:
        raise Invalid(_("Choose agent, team lead or administrator."), field="role")
    return role


def _guard(viewer: Viewer) -> None:
    if not viewer.is_admin:
        raise NotAllowed


def _an_administrator_remains(leaving: User) -> None:
    """Inside the transaction; the rows are locked in one order, so that two administrators cannot remove each other."""
    if leaving.role != Role.ADMIN or not leaving.is_active:
        return
    active = User.objects.select_for_update().filter(role=Role.ADMIN, is_active=True).order_by("pk")
    if not set(active.values_list("pk", flat=True)) - {leaving.pk}:
        raise LastAdministrator


def _journal(kind: str, viewer: Viewer, user: User, data: dict[str, Any]) -> None:
    record(
        kind,
        at=clock.now(),
        audience=Audience.STAFF,
        actor_id=viewer.actor_id,
        data={"person": user.pk, **data},
    )
