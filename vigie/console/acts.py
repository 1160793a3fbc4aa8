"""What staff do to a ticket: each address one verb. Scripts get JSON, people without scripts go back to the page."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypedDict
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from vigie.conversations import trusting
from vigie.conversations.errors import ConversationError
from vigie.kernel import clock, ids
from vigie.people.models import Department, Team, User
from vigie.tickets import (
    assigning,
    committing,
    escalating,
    moving,
    prioritising,
    routing,
    tagging,
)
from vigie.tickets.errors import TicketError
from vigie.tickets.models import Ticket

from .guard import StaffRequest, by_script, staff_only
from .ticket import found_ticket

Act = Callable[[StaffRequest, Ticket], Any]


def act(verb: Act) -> Callable[..., Any]:
    """A POST to `/console/tickets/<number>/<something>/` that calls one verb and says what was refused, beside its field."""

    @require_POST
    @staff_only
    def acted(request: StaffRequest, number: int) -> HttpResponse:
        found = found_ticket(request.viewer, number)
        try:
            verb(request, found)
        except (TicketError, ConversationError) as refused:
            return refusal(request, found, refused)
        return done(request, found)

    return acted


def done(request: StaffRequest, found: Ticket) -> HttpResponse:
    if by_script(request):
        return JsonResponse({})
    return redirect("console:ticket", number=found.number)


def refusal(request: StaffRequest, found: Ticket, refused: Exception) -> HttpResponse:
    """422 with the words and the field; for people without scripts the words stand on the page."""
    if by_script(request):
        return JsonResponse({"error": str(refused), "field": getattr(refused, "field", "")}, status=422)
    messages.error(request, str(refused))
    return redirect("console:ticket", number=found.number)


@act
def claim(request: StaffRequest, found: Ticket) -> None:
    assigning.claim(viewer=request.viewer, ticket=found)


@act
def assign(request: StaffRequest, found: Ticket) -> None:
    """`assignee`: a user's id, or empty for nobody."""
    chosen = request.POST.get("assignee", "")
    if not chosen:
        assigning.unassign(viewer=request.viewer, ticket=found)
        return
    person = User.objects.filter(pk=int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0).first()
    assigning.assign(viewer=request.viewer, ticket=found, assignee=person or User())


@act
def escalate(request: StaffRequest, found: Ticket) -> None:
    escalating.escalate(viewer=request.viewer, ticket=found, **_to_a_team(request))


@act
def hand_back(request: StaffRequest, found: Ticket) -> None:
    escalating.hand_back(viewer=request.viewer, ticket=found, **_to_a_team(request))


@act
def priority(request: StaffRequest, found: Ticket) -> None:
    """`priority`, and a `reason` the customer sees."""
    prioritising.change_priority(
        viewer=request.viewer,
        ticket=found,
        priority=request.POST.get("priority", ""),
        reason=request.POST.get("reason", ""),
    )


@act
def state(request: StaffRequest, found: Ticket) -> None:
    moving.move(viewer=request.viewer, ticket=found, to=request.POST.get("state", ""))


@act
def department(request: StaffRequest, found: Ticket) -> None:
    chosen = Department.objects.filter(code=request.POST.get("department", "")).first()
    if chosen is not None:
        routing.change_department(viewer=request.viewer, ticket=found, department=chosen)


@act
def next_update(request: StaffRequest, found: Ticket) -> None:
    """`minutes` from now, or `date` and `time` in the agent's own zone; `note` is shown to the customer."""
    committing.promise_update(
        viewer=request.viewer, ticket=found, due_at=_due(request), note=request.POST.get("note", "")
    )


@act
def tag(request: StaffRequest, found: Ticket) -> None:
    """Several at once, separated by commas or spaces."""
    for name in request.POST.get("tag", "").replace(",", " ").split() or [""]:
        tagging.tag(viewer=request.viewer, ticket=found, name=name)


@act
def untag(request: StaffRequest, found: Ticket) -> None:
    tagging.untag(viewer=request.viewer, ticket=found, name=request.POST.get("tag", ""))


@act
def prove(request: StaffRequest, found: Ticket) -> None:
    """Send the proof link to the registered address."""
    trusting.send_proof_link(viewer=request.viewer, conversation=found.conversation)


class _BadTime(TicketError):
    message = gettext_lazy("Give a date and a time.")
    field = "due_at"


def _due(request: StaffRequest) -> datetime:
    minutes = request.POST.get("minutes", "")
    if minutes.isdecimal() and len(minutes) < 6:
        return clock.now() + timedelta(minutes=int(minutes))
    try:
        wall = datetime.fromisoformat(f"{request.POST.get('date', '')}T{request.POST.get('time', '')}")
    except ValueError:
        raise _BadTime from None
    return wall.replace(tzinfo=timezone.get_current_timezone())


class _ToATeam(TypedDict):
    note: str
    team: Team | None
    client_key: UUID


def _to_a_team(request: StaffRequest) -> _ToATeam:
    """`note`, `team` (a code; empty: the next level up or down), `client_key`."""
    team = Team.objects.filter(code=request.POST.get("team", "")).first()
    try:
        key = UUID(request.POST.get("client_key", ""))
    except ValueError:
        key = ids.client_key()
    return {"note": request.POST.get("note", ""), "team": team, "client_key": key}
