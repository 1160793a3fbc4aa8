"""The customer says that it is solved."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from vigie.tickets import moving
from vigie.tickets.errors import TicketError
from vigie.tickets.models import State

from .gate import ClientRequest, contacts_only, go
from .ticket import composer, shown
from .whose import own_ticket


@require_POST
@contacts_only
def solving(request: ClientRequest, number: int) -> HttpResponse:
    """POST: the ticket is solved, and may be rated. Pressing twice is pressing once."""
    found = own_ticket(request, number)
    try:
        moving.move(viewer=request.viewer, ticket=found, to=State.SOLVED)
    except TicketError as refused:
        context = {**shown(request, found), **composer(request, found), "problems": [str(refused)]}
        return render(request, "portal/ticket/page.html", context, status=422)
    return go(request, reverse("portal:ticket", args=[number]) + "#rating")
