"""Services put in place by order number: added, changed where they differ, left alone otherwise. Hand SQL, for a million."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from vigie.inventory.errors import NotAllowedError
from vigie.inventory.importing import sql
from vigie.inventory.importing.columns import GivenService
from vigie.inventory.importing.outcome import Outcome, Result
from vigie.inventory.importing.planning import COLUMNS, Plan
from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import clock
from vigie.people.access import Viewer

_SERVICE = ("id", "order_number", *COLUMNS, "created_at", "updated_at")
_ADDRESS = ("service_id", "prefix", "first", "last")
_UPDATE = (
    f"UPDATE inventory_service SET {', '.join(f'{name} = %s' for name in COLUMNS)}, updated_at = %s WHERE id = %s"
)
_TOLD_APART = 50  # more changes at once than this stand in the journal as one line


def put(given: Sequence[GivenService], *, viewer: Viewer) -> list[Outcome]:
    """Bring these services to what is given, in one transaction; one outcome for each, in the same order.

    Durable when it returns; doing it again changes and writes nothing, and takes no lock. The same order number twice in
    `given`: the second is refused. At most 2,000 at once, so that other writers need not wait. For staff; raises
    `NotAllowedError`.
    """
    if not viewer.is_staff:
        raise NotAllowedError
    version = sql.version()
    plan = Plan(given)
    if not plan.writes:
        return plan.outcomes
    now = clock.now()
    with transaction.atomic():
        if version is None or version != sql.version():  # somebody wrote since, or may have: look again, now with the lock
            sql.locked("inventory_service", "order_number", [one.order_number for one in given])
            plan = Plan(given)
        _write(plan, now, viewer.actor_id)
    return plan.outcomes


def _write(plan: Plan, now: datetime, actor_id: int | None) -> None:
    stamp = sql.stamp(now)
    added, came, gone, changed = [], [], [], []
    lines: list[tuple[str, int, int, str, list[str]]] = []
    for service, (place, one, row) in zip(sql.new_ids("inventory_service", len(plan.new)), plan.new, strict=True):
        added.append((service, one.order_number, *row, stamp, stamp))
        plan.outcomes[place] = Outcome(Result.ADDED, service)
        if one.ranges:
            came += [(service, *found) for found in one.ranges.values()]
        lines.append(("service.added", row[0], service, one.order_number, []))
    for change in plan.changed:
        if change.fields != ["addresses"]:
            changed.append((*change.row, stamp, change.id))
        gone += [(change.id, prefix) for prefix in change.gone]
        came += [(change.id, *(change.one.ranges or {})[prefix]) for prefix in change.came]
        lines.append(("service.changed", change.row[0], change.id, change.one.order_number, change.fields))
    sql.insert("inventory_service", _SERVICE, added)
    sql.many(_UPDATE, changed)
    sql.many("DELETE FROM inventory_address WHERE service_id = %s AND prefix = %s", gone)
    sql.insert("inventory_address", _ADDRESS, came)
    _record(lines, now, actor_id, added=len(plan.new), changed=len(plan.changed))


def _record(
    lines: Sequence[tuple[str, int, int, str, list[str]]],
    now: datetime,
    actor_id: int | None,
    **counts: int,
) -> None:
    if len(lines) > _TOLD_APART:
        record("service.imported", at=now, audience=Audience.STAFF, actor_id=actor_id, data=counts)
        return
    for kind, customer, service, number, fields in lines:
        data = {"service": service, "order_number": number, "fields": fields}
        record(kind, at=now, audience=Audience.CUSTOMER, actor_id=actor_id, customer_id=customer, data=data)
