"""Everything that happened to a ticket besides its messages, in words, as far as the reader may know it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vigie.journal.models import Audience, Entry
from vigie.kernel import lookup, sql
from vigie.people import roster
from vigie.people.access import Viewer
from vigie.promises.models import Priority
from vigie.tickets.changing import sees
from vigie.tickets.models import State, Ticket

# Told by the messages themselves, or of no interest to a person.
_OF = "conversation_id = %s AND kind <> 'message.posted'"
_AT_ONCE = 500
"""People asked for in one statement: databases bound its values."""


@dataclass(frozen=True, slots=True)
class Happening:
    """`text` is a sentence without its end mark in the active language; `actor` a name, empty when Vigie did it.

    `due` is an instant to be shown in the reader's zone beside the text, where the text speaks of one. `note` is what a
    person added in own words (the reason of a change, the note of a commitment).
    """

    id: int
    at: datetime
    kind: str
    actor: str
    text: str
    staff_only: bool
    note: str = ""
    due: datetime | None = None


def of(viewer: Viewer, ticket: Ticket, *, states: Mapping[str, str] | None = None) -> list[Happening]:
    """Oldest first. `states` are other words for the states, those of the client area. Customers get only
    lines whose audience they are, and none for a ticket they do not see. Two queries, and one each where departments or teams are spoken of.
    """
    if not sees(viewer, ticket):
        return []
    if viewer.is_staff:
        rows = lookup.every(Entry, f"{_OF} ORDER BY id", ticket.pk)
    else:
        rows = lookup.every(Entry, f"{_OF} AND audience = %s ORDER BY id", ticket.pk, str(Audience.CUSTOMER))
    told = _Telling(rows, states or {})
    return [made for made in map(told.tell, rows) if made is not None]


class _Telling:
    """Names looked up once for all lines."""

    def __init__(self, rows: list[Entry], states: Mapping[str, str]) -> None:
        self.states = states
        people = {row.actor_id for row in rows} | {row.data.get("assignee") for row in rows}
        self.people = _names(sorted(pk for pk in people if isinstance(pk, int)))

    @cached_property
    def teams(self) -> dict[str, str]:
        return {team.code: team.name for team in roster.teams()}

    @cached_property
    def departments(self) -> dict[str, str]:
        return {one.code: one.name for one in roster.departments()}

    def tell(self, row: Entry) -> Happening | None:
        text = self.sentence(row.kind, row.data)
        if text is None:
            return None
        due = row.data.get("due")
        return Happening(
            id=row.id,
            at=row.at,
            kind=row.kind,
            actor=self.people.get(row.actor_id or 0, ""),
            text=text,
            staff_only=row.audience == Audience.STAFF,
            note=str(row.data.get("reason") or row.data.get("note") or ""),
            due=datetime.fromisoformat(due) if due else None,
        )

    def sentence(self, kind: str, data: Mapping[str, Any]) -> str | None:  # noqa: C901, PLR0912  one case a kind
        match kind:
            case "ticket.opened":
                return _("ticket opened: %(department)s, priority %(priority)s") % {
                    "department": self.departments.get(data.get("department", ""), ""),
                    "priority": _label(Priority, data.get("priority")),
                }
            case "ticket.state_changed":
                words = _from_to(State, data)
                return _("state: %(from)s → %(to)s") % {
                    name: self.states.get(str(data.get(name)), word) for name, word in words.items()
                }
            case "ticket.priority_changed":
                return _("priority: %(from)s → %(to)s") % _from_to(Priority, data)
            case "ticket.department_changed":
                return _("department: %(from)s → %(to)s") % {
                    "from": self.departments.get(data.get("from", ""), ""),
                    "to": self.departments.get(data.get("to", ""), ""),
                }
            case "ticket.assigned":
                name = self.people.get(data.get("assignee") or 0)
                return _("assigned to %(name)s") % {"name": name} if name else _("assigned to nobody")
            case "ticket.escalated":
                return _("escalated to level %(level)s: %(team)s") % self._team(data)
            case "ticket.handed_back":
                return _("handed back to level %(level)s: %(team)s") % self._team(data)
            case "ticket.tagged":
                return (_("tag added: %(tag)s") if data.get("on") else _("tag removed: %(tag)s")) % {
                    "tag": data.get("tag", "")
                }
            case "ticket.next_update_promised":
                return _("next update promised")
            case "ticket.rated":
                return _("rating: %(score)s of 5") % {"score": data.get("score", "")}
            case "ticket.followed_up":
                return _("continued in ticket #%(number)s") % {"number": data.get("by", "")}
            case "conversation.verified":
                return _("identity verified")
            case "proof.sent":
                return _("proof link sent to the registered address")
            case "reply.returned":
                return _("a reply could not be sent and went back to its author")
            case "clock.warned":
                return _("%(promise)s: time is running out") % {"promise": _promise(data)}
            case "clock.broken":
                return _("%(promise)s: the promise was broken") % {"promise": _promise(data)}
            case "clock.met":
                return _("%(promise)s: the promise was kept") % {"promise": _promise(data)}
            case "action.used":
                return _("action used: %(action)s") % {"action": data.get("action", "")}
            case "mail.failed":
                return _("a mail could not be delivered")
        return None

    def _team(self, data: Mapping[str, Any]) -> dict[str, Any]:
        team = self.teams.get(data.get("team") or "")
        return {"level": data.get("level", ""), "team": team or _("common queue")}


def _names(people: list[int]) -> dict[int, str]:
    """Name, or where there is none the address, by id."""
    found: dict[int, str] = {}
    for start in range(0, len(people), _AT_ONCE):
        some = people[start : start + _AT_ONCE]
        marks = ", ".join(["%s"] * len(some))
        rows = sql.ask(f"SELECT id, name, email FROM people_user WHERE id IN ({marks})", some)
        found |= {pk: name or email for pk, name, email in rows}
    return found


def _label(choices: Any, value: Any) -> str:
    return str(choices(value).label) if value in choices.values else str(value or "")


def _from_to(choices: Any, data: Mapping[str, Any]) -> dict[str, str]:
    return {"from": _label(choices, data.get("from")), "to": _label(choices, data.get("to"))}


def _promise(data: Mapping[str, Any]) -> str:
    return {
        "acknowledgement": pgettext("promise", "Acknowledgement"),
        "first_reply": pgettext("promise", "First reply"),
        "next_update": pgettext("promise", "Next update"),
    }.get(str(data.get("kind")), "")
