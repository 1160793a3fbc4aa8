"""Up to the next level, and back, with a note for those who take over."""

from collections.abc import Sequence
from uuid import UUID

from vigie.journal.models import Audience
from vigie.kernel import clock
from vigie.people import roster
from vigie.people.access import Viewer
from vigie.people.models import Team
from vigie.tickets.changing import changing, staff, tell
from vigie.tickets.errors import BottomLevelError, DoneTicketError, NoteError, TeamError, TopLevelError
from vigie.tickets.models import UNSOLVED, Ticket
from vigie.tickets.replying import write_note


def escalate(
    *, viewer: Viewer, ticket: Ticket, note: str, team: Team | None = None, client_key: UUID | None = None
) -> Ticket:
    """Hand the ticket to `team`, or to the next higher level that serves its department and site.

    The note becomes an internal message, the assignee is freed, the clocks run on: the customer's promise does not change
    with who works on it. Raises NotAllowedError, NoteError, TeamError, TopLevelError, DoneTicketError.
    """
    return _hand_over(viewer, ticket, note, team, up=True, client_key=client_key)


def hand_back(
    *, viewer: Viewer, ticket: Ticket, note: str, team: Team | None = None, client_key: UUID | None = None
) -> Ticket:
    """The same downwards. From level 2 with no team on level 1 it goes back to the department's common queue.

    Raises NotAllowedError, NoteError, TeamError, BottomLevelError, DoneTicketError.
    """
    return _hand_over(viewer, ticket, note, team, up=False, client_key=client_key)


def level_of(ticket: Ticket) -> int:
    """A ticket no team has yet stands on level 1."""
    return ticket.team.level if ticket.team else 1


def teams_for(ticket: Ticket, *, up: bool, among: Sequence[Team] | None = None) -> list[Team]:
    """The teams the ticket may go to, the most fitting first: the nearest level, then the own department, then the own site.

    `among` is every team, where they are at hand.
    """
    level, site = level_of(ticket), ticket.service.site if ticket.service else ""
    fitting = [
        team
        for team in (roster.teams() if among is None else among)
        if (team.level > level if up else team.level < level)
        and team.department_id in {None, ticket.department_id}
        and team.location in {"", site}
    ]
    return sorted(fitting, key=lambda team: (abs(team.level - level), team.department_id is None, not team.location, team.code))


def _hand_over(viewer: Viewer, ticket: Ticket, note: str, team: Team | None, *, up: bool, client_key: UUID | None) -> Ticket:
    now = clock.now()
    by = staff(viewer)
    if not note.strip():
        raise NoteError
    with changing(ticket) as fresh:
        if fresh.state not in UNSOLVED:
            raise DoneTicketError
        written = write_note(fresh, by, note, at=now, client_key=client_key)
        if written.is_repeat:
            return ticket
        possible = teams_for(fresh, up=up)
        if team is not None and team not in possible:
            raise TeamError
        if not possible and (up or level_of(fresh) == 1):
            raise TopLevelError if up else BottomLevelError
        fresh.team = team or (possible[0] if possible else None)
        fresh.assignee = None
        tell(
            "ticket.escalated" if up else "ticket.handed_back",
            fresh,
            at=now,
            audience=Audience.STAFF,
            by=by,
            data={"team": fresh.team.code if fresh.team else None, "level": level_of(fresh)},
        )
    return ticket
