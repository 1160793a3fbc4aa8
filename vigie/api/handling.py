"""What staff, and at the end the customer, do with a ticket. Each is a thing that is put, not a command."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from vigie.api import problems
from vigie.api.gate import Bearer, Caller, caller_of
from vigie.api.shapes import (
    AssigneeIn,
    HandOverIn,
    Key,
    NextUpdateIn,
    Number,
    PriorityIn,
    RatingIn,
    RatingOut,
    StateIn,
    TicketOut,
)
from vigie.api.tickets import READ, WRITE, client_key, find, shape, staff_named
from vigie.people.models import Team
from vigie.tickets import assigning, committing, escalating, moving, prioritising, rating, tagging
from vigie.tickets.errors import NobodyError, NotAllowedError, TeamError
from vigie.tickets.models import Ticket

router = Router(tags=["tickets"])
HAND_OVER = Bearer("notes:write")


@router.put("/tickets/{number}/assignee", response=TicketOut, auth=WRITE)
def assign(request: HttpRequest, number: Number, sent: AssigneeIn) -> dict[str, Any]:
    """Give it to somebody (`"me"`, a user's id), or to nobody (`null`)."""
    caller = caller_of(request)
    ticket = find(caller, number)
    if sent.assignee is None:
        assigning.unassign(viewer=caller.viewer, ticket=ticket)
    elif not caller.viewer.is_staff:
        raise NotAllowedError
    else:
        assignee = caller.user if sent.assignee == "me" else staff_named(sent.assignee)
        if assignee is None:
            raise NobodyError
        assigning.assign(viewer=caller.viewer, ticket=ticket, assignee=assignee)
    return _now(caller, ticket)


@router.put("/tickets/{number}/state", response=TicketOut, auth=WRITE)
def move(request: HttpRequest, number: Number, sent: StateIn) -> dict[str, Any]:
    """Staff: any state the table of lifecycle allows. Customer: `solved` only."""
    caller = caller_of(request)
    return _now(caller, moving.move(viewer=caller.viewer, ticket=find(caller, number), to=sent.state))


@router.put("/tickets/{number}/priority", response=TicketOut, auth=WRITE)
def change_priority(request: HttpRequest, number: Number, sent: PriorityIn) -> dict[str, Any]:
    """With a reason, which the customer sees."""
    caller = caller_of(request)
    ticket = find(caller, number)
    return _now(
        caller,
        prioritising.change_priority(viewer=caller.viewer, ticket=ticket, priority=sent.priority, reason=sent.reason),
    )


@router.post("/tickets/{number}/escalations", response=TicketOut, auth=HAND_OVER)
def escalate(request: HttpRequest, number: Number, sent: HandOverIn) -> dict[str, Any]:
    """Up to the next level or a team of one, with a note for those who take over."""
    return _hand_over(request, number, sent, escalating.escalate)


@router.post("/tickets/{number}/handbacks", response=TicketOut, auth=HAND_OVER)
def hand_back(request: HttpRequest, number: Number, sent: HandOverIn) -> dict[str, Any]:
    """Down again, with a note."""
    return _hand_over(request, number, sent, escalating.hand_back)


@router.put("/tickets/{number}/next-update", response=TicketOut, auth=WRITE)
def promise_update(request: HttpRequest, number: Number, sent: NextUpdateIn) -> dict[str, Any]:
    """Commit to an update by a stated time. The customer sees it, and it has a clock."""
    caller = caller_of(request)
    ticket = find(caller, number)
    return _now(
        caller, committing.promise_update(viewer=caller.viewer, ticket=ticket, due_at=sent.due_at, note=sent.note)
    )


@router.put("/tickets/{number}/tags/{name}", response=TicketOut, auth=WRITE)
def tag(request: HttpRequest, number: Number, name: Key) -> dict[str, Any]:
    caller = caller_of(request)
    ticket = find(caller, number)
    tagging.tag(viewer=caller.viewer, ticket=ticket, name=name)
    return _now(caller, ticket)


@router.delete("/tickets/{number}/tags/{name}", response={204: None}, auth=WRITE)
def untag(request: HttpRequest, number: Number, name: Key) -> Status[None]:
    caller = caller_of(request)
    tagging.untag(viewer=caller.viewer, ticket=find(caller, number), name=name)
    return Status(204, None)


@router.get("/tickets/{number}/rating", response=RatingOut, auth=READ)
def get_rating(request: HttpRequest, number: Number) -> dict[str, Any]:
    return _rating(find(caller_of(request), number))


@router.put("/tickets/{number}/rating", response=RatingOut, auth=WRITE)
def rate(request: HttpRequest, number: Number, sent: RatingIn) -> dict[str, Any]:
    """By the customer, once the ticket is solved."""
    caller = caller_of(request)
    return _rating(
        rating.rate(viewer=caller.viewer, ticket=find(caller, number), score=sent.score, comment=sent.comment)
    )


def _hand_over(request: HttpRequest, number: int, sent: HandOverIn, verb: Any) -> dict[str, Any]:
    caller = caller_of(request)
    ticket = find(caller, number)
    if not caller.viewer.is_staff:
        raise NotAllowedError
    team = Team.objects.filter(code=sent.team).first() if sent.team else None
    if sent.team and team is None:
        raise TeamError
    verb(viewer=caller.viewer, ticket=ticket, note=sent.note, team=team, client_key=client_key(request, caller))
    return _now(caller, ticket)


def _now(caller: Caller, ticket: Ticket) -> dict[str, Any]:
    return shape(caller, find(caller, ticket.number))


def _rating(ticket: Ticket) -> dict[str, Any]:
    if ticket.scored_at is None and ticket.score is not None:
        raise problems.missing()
    return {"score": ticket.score, "comment": ticket.score_comment, "scored_at": ticket.scored_at}
