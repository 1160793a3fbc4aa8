"""Which promise holds: the most specific row of the policy, and editing it."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import clock, sql
from vigie.people.access import Viewer
from vigie.promises.errors import AimError, ClosedCalendarError, LimitError, NotAllowedError
from vigie.promises.models import Promise
from vigie.promises.working import working_time

MOST = 90 * 86_400

# Hand SQL: it runs with every ticket opened. The department outweighs the priority, since it decides who can answer at all.
_FITTING = """SELECT kind, aim, "limit", calendar_id FROM promises_promise
WHERE channel = %s AND kind IN ({kinds}) AND (department_id IS NULL OR department_id = %s) AND priority IN ('', %s)
ORDER BY CASE WHEN department_id IS NULL THEN 0 ELSE 2 END + CASE WHEN priority = '' THEN 0 ELSE 1 END
"""


@dataclass(frozen=True, slots=True)
class Terms:
    """`aim` and `limit` in seconds of working time in `calendar_id`, of all hours where it is None."""

    aim: int
    limit: int
    calendar_id: int | None


def promise_for(*, channel: str, kind: str, department_id: str | None = None, priority: str = "") -> Terms | None:
    """The promise in force, or None where nothing is promised. One query."""
    return promises_for(channel=channel, kinds=[kind], department_id=department_id, priority=priority).get(kind)


def promises_for(*, channel: str, kinds: Collection[str], department_id: str | None, priority: str) -> dict[str, Terms]:
    """The promises in force, by kind; a kind of which nothing is promised is left out. One query."""
    asked = _FITTING.format(kinds=", ".join(["%s"] * len(kinds)))
    found = sql.ask(asked, (channel, *kinds, department_id, priority))
    return {kind: Terms(*terms) for kind, *terms in found}  # the most specific comes last


def set_promise(
    *,
    viewer: Viewer,
    channel: str,
    kind: str,
    aim: int,
    limit: int,
    department_id: str | None = None,
    priority: str = "",
    calendar_id: int | None = None,
) -> Promise:
    """Add or replace one row; clocks already running keep what was promised to them.

    `aim` and `limit` are seconds. Raises NotAllowedError, LimitError, AimError, ClosedCalendarError.
    """
    _guard(viewer)
    if not 1 <= limit <= MOST:
        raise LimitError
    if not 1 <= aim <= limit:
        raise AimError
    working = working_time(calendar_id)
    if not working.always and not any(working.week):
        raise ClosedCalendarError
    now = clock.now()
    with transaction.atomic():
        promise, _made = Promise.objects.update_or_create(
            channel=channel,
            kind=kind,
            department_id=department_id,
            priority=priority,
            defaults={"aim": aim, "limit": limit, "calendar_id": calendar_id},
        )
        record(
            "promise.changed",
            at=now,
            audience=Audience.STAFF,
            actor_id=viewer.user.pk if viewer.user else None,
            data=_told(promise) | {"aim": aim, "limit": limit, "calendar": calendar_id},
        )
    return promise


def withdraw_promise(*, viewer: Viewer, promise: Promise) -> None:
    """Remove one row, so that the next less specific one holds. Raises NotAllowedError."""
    _guard(viewer)
    now = clock.now()
    with transaction.atomic():
        told = _told(promise)
        promise.delete()
        record(
            "promise.changed",
            at=now,
            audience=Audience.STAFF,
            actor_id=viewer.user.pk if viewer.user else None,
            data=told | {"withdrawn": True},
        )


def _guard(viewer: Viewer) -> None:
    if not viewer.is_admin:
        raise NotAllowedError


def _told(promise: Promise) -> dict[str, object]:
    return {
        "channel": promise.channel,
        "kind": promise.kind,
        "department": promise.department_id,
        "priority": promise.priority,
    }
