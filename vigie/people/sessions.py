"""Where a person is signed in, and ending it."""

from importlib import import_module
from typing import TYPE_CHECKING, cast

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction

from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import clock

from .models import User

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase


def of(user: User) -> list[UserSession]:
    """The sessions that still live, the one used last first; dead ones are forgotten on the way."""
    found = cast("list[UserSession]", UserSession.objects.purge_and_list(user))
    return sorted(found, key=lambda session: session.last_seen_at, reverse=True)


def end(*, user: User, session_id: int) -> bool:
    """Sign that session out at once. False when it is not the person's or already gone."""
    session = UserSession.objects.filter(user=user, pk=session_id).first()
    if session is None:
        return False
    _end(user, [session])
    return True


def end_all(*, user: User, keep: str | None = None) -> int:
    """Sign every session out but the one whose key is `keep`; gives how many ended."""
    sessions = list(UserSession.objects.filter(user=user).exclude(session_key=keep or ""))
    _end(user, sessions)
    return len(sessions)


def _end(user: User, sessions: list[UserSession]) -> None:
    if not sessions:
        return
    store = import_module(settings.SESSION_ENGINE).SessionStore
    with transaction.atomic():
        for session in sessions:
            cast("SessionBase", store()).delete(session.session_key)
            session.delete()
        record(
            "person.sessions_ended",
            at=clock.now(),
            audience=Audience.STAFF,
            actor_id=user.pk,
            data={"person": user.pk, "count": len(sessions)},
        )
