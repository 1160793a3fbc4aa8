"""The client area's first page: what needs the customer, what runs, how the services do, what is promised."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from vigie.inventory.models import Service, ServiceState
from vigie.promises.models import Priority
from vigie.tickets.models import State, Ticket

from . import promise
from .gate import ClientRequest, contacts_only, topics_of
from .rows import rows_of
from .words import OPEN_STATES, SERVICE_STATES, STATES, WORST_FIRST

SHOWN = 8


@require_GET
@contacts_only
def home(request: ClientRequest) -> HttpResponse:
    own = Ticket.objects.visible_to(request.viewer).select_related("conversation__customer", "service", "assignee")
    newest = own.order_by("-conversation__updated_at", "-pk")
    waiting = rows_of(request.viewer, newest.filter(state=State.WAITING)[:SHOWN])
    unrated = rows_of(request.viewer, newest.filter(state=State.SOLVED, score=None)[:3])
    running = rows_of(request.viewer, newest.filter(state__in=OPEN_STATES).exclude(state=State.WAITING)[: SHOWN + 1])
    rows = list(Service.objects.visible_to(request.viewer).exclude(state=ServiceState.ENDED).order_by("name", "id")[:500])
    rows.sort(key=lambda service: WORST_FIRST.index(service.state))  # type: ignore[arg-type]  # a str enum
    return render(
        request,
        "portal/home.html",
        {
            "waiting": waiting,
            "unrated": unrated,
            "running": running[:SHOWN],
            "more_running": len(running) > SHOWN,
            "services": rows[:SHOWN],
            "service_count": len(rows),
            "states": STATES,
            "service_states": SERVICE_STATES,
            "topics": topics_of(request),
            **promise.panel("", Priority.REGULAR),
        },
    )
