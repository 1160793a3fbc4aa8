"""The queues: what staff see, High first, then by what is due. One query a page, walked along a partial index."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from vigie.kernel import lookup
from vigie.kernel import rows as rows_
from vigie.people import roster
from vigie.people.access import Viewer
from vigie.people.models import Department, Team
from vigie.tickets.errors import NotAllowedError
from vigie.tickets.models import QueueCount

# Literals, not parameters: SQLite takes a partial index only where it can read the condition in the statement.
_ACTIVE = "t.state IN ('new', 'open')"
_UNSOLVED = "t.state IN ('new', 'open', 'waiting', 'hold')"
_BY_DUE = "t.urgency, t.queue_at, t.conversation_id"
_NEWEST = "t.conversation_id"

_FIXED = {
    "todo": ("ticket_queue", _ACTIVE),
    "high": ("ticket_queue", f"{_ACTIVE} AND t.urgency = 0"),
    "unassigned": ("ticket_unassigned_queue", f"{_ACTIVE} AND t.assignee_id IS NULL"),
    "waiting": ("ticket_parked", "t.state = 'waiting' AND t.state IN ('waiting', 'hold')"),
    "hold": ("ticket_parked", "t.state = 'hold' AND t.state IN ('waiting', 'hold')"),
    "solved": ("ticket_state", "t.state = 'solved'"),
    "closed": ("ticket_state", "t.state = 'closed'"),
}
_DONE = {"solved", "closed"}

_ROWS = """
SELECT t.conversation_id, t.number, c.subject, t.snippet, c.channel, t.priority, t.state, t.due_at, t.queue_at, t.opened_at,
    c.updated_at, t.department_id, cu.id, cu.name, a.id, a.name, tm.code, tm.level, s.name, c.trust,
    c.last_seq > COALESCE(r.seq, 0), {tags}
FROM tickets_ticket t {index}
JOIN conversations_conversation c ON c.id = t.conversation_id
LEFT JOIN people_customer cu ON cu.id = c.customer_id
LEFT JOIN people_user a ON a.id = t.assignee_id
LEFT JOIN people_team tm ON tm.id = t.team_id
LEFT JOIN inventory_service s ON s.id = t.service_id
LEFT JOIN conversations_readmark r ON r.conversation_id = t.conversation_id AND r.user_id = %s
WHERE {where} ORDER BY {order} LIMIT %s
"""
_TAGS = "(SELECT {joined} FROM tickets_tag g WHERE g.ticket_id = t.conversation_id)"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a queue. Instants are aware, in UTC; `tags` in alphabetical order; `unread` is the viewer's own."""

    id: int
    number: int
    subject: str
    snippet: str
    channel: str
    priority: str
    state: str
    due_at: datetime | None
    queue_at: datetime
    opened_at: datetime
    updated_at: datetime
    department: str
    customer_id: int | None
    customer: str
    assignee_id: int | None
    assignee: str
    team: str
    level: int
    service: str
    trust: str
    unread: bool
    tags: tuple[str, ...]

    @property
    def cursor(self) -> str:
        """For `after`: the page goes on behind this row."""
        return f"{0 if self.priority == 'high' else 1}_{self.queue_at.isoformat()}_{self.id}"


def rows(viewer: Viewer, place: str, after: str | None = None, limit: int = 50) -> list[Row]:
    """A page of a queue for staff; the first one, or what follows the row whose `cursor` is `after`.

    `place`: `todo`, `high`, `unassigned`, `mine`, `waiting`, `hold`, `department:<code>`, `team:<code>`, `solved`, `closed`
    (the last two newest first). An unknown place or a cursor nobody gave is the empty page or the first one. Raises NotAllowedError.
    """
    if viewer.user is None or not viewer.is_staff:
        raise NotAllowedError
    found = _where(viewer, place)
    if found is None:
        return []
    index, where, values = found
    done = place in _DONE
    behind, more = _behind(after, done=done)
    joined = "string_agg(g.name, ',' ORDER BY g.name)" if connection.vendor == "postgresql" else "group_concat(g.name)"
    sql = _ROWS.format(
        tags=_TAGS.format(joined=joined),
        # Without statistics (a new database has none) SQLite may take a broader index and sort.
        index=f"INDEXED BY {index}" if connection.vendor == "sqlite" else "",
        where=where + behind,
        order=f"{_NEWEST} DESC" if done else _BY_DUE,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [viewer.user.pk, *values, *more, max(1, min(limit, 200))])
        return [_row(one) for one in cursor.fetchall()]


def counts(
    viewer: Viewer, *, departments: Iterable[Department] | None = None, teams: Iterable[Team] | None = None
) -> dict[str, int]:
    """How many stand in each place of the viewer's rail: the fixed ones, each department's, the viewer's teams' (by code), and
    `mine`. Kept rows, one query; `departments` and the viewer's `teams` cost another each unless they are in hand.
    """
    if viewer.user is None or not viewer.is_staff:
        raise NotAllowedError
    kept = {one.place: one.n for one in lookup.every(QueueCount, "1 = 1")}
    found = {place: kept.get(place, 0) for place in ("todo", "high", "unassigned", "waiting", "hold")}
    found["mine"] = kept.get(f"mine:{viewer.user.pk}", 0)
    for department in roster.departments() if departments is None else departments:
        found[f"department:{department.code}"] = kept.get(f"department:{department.code}", 0)
    for team in roster.teams_of(viewer.user) if teams is None else teams:
        found[f"team:{team.code}"] = kept.get(f"team:{team.pk}", 0)
    return found


def _where(viewer: Viewer, place: str) -> tuple[str, str, list[Any]] | None:
    """(index, condition, its values)"""
    if place in _FIXED:
        return *_FIXED[place], []
    if place == "mine" and viewer.user is not None:
        return "ticket_assignee_queue", f"{_UNSOLVED} AND t.assignee_id = %s", [viewer.user.pk]
    kind, _colon, code = place.partition(":")
    if kind == "department":
        return "ticket_department_queue", f"{_ACTIVE} AND t.department_id = %s", [code]
    if kind == "team":
        where = f"{_ACTIVE} AND t.team_id = (SELECT id FROM people_team WHERE code = %s)"
        return "ticket_team_queue", where, [code]
    return None


def _behind(after: str | None, *, done: bool) -> tuple[str, Sequence[Any]]:
    try:
        urgency, queue_at, pk = (after or "").split("_")
        values = [min(int(urgency), 9), rows_.bound(datetime.fromisoformat(queue_at).astimezone(UTC)), min(int(pk), 2**62)]
    except (ValueError, OverflowError):
        return "", []
    if done:
        return f" AND {_NEWEST} < %s", values[2:]
    return f" AND ({_BY_DUE}) > (%s, %s, %s)", values


def _row(found: Sequence[Any]) -> Row:
    return Row(
        id=found[0], number=found[1], subject=found[2], snippet=found[3], channel=found[4], priority=found[5], state=found[6],
        due_at=None if found[7] is None else rows_.instant(found[7]), queue_at=rows_.instant(found[8]),
        opened_at=rows_.instant(found[9]), updated_at=rows_.instant(found[10]), department=found[11], customer_id=found[12],
        customer=found[13] or "", assignee_id=found[14], assignee=found[15] or "", team=found[16] or "", level=found[17] or 1,
        service=found[18] or "", trust=found[19], unread=bool(found[20]),
        tags=tuple(sorted(found[21].split(","))) if found[21] else (),
    )  # fmt: skip
