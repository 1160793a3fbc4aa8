"""A closed ticket stays closed: what comes after it is a new one, linked to it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from vigie.conversations.errors import ConversationError
from vigie.kernel import ids
from vigie.tickets import following
from vigie.tickets.errors import TicketError

from . import uploads
from .gate import ClientRequest, contacts_only
from .ticket import composer, shown
from .whose import own_ticket


@require_POST
@contacts_only
def follow_up(request: ClientRequest, number: int) -> HttpResponse:
    """POST `body`, `client_key`, `attachments`*: opens the linked ticket and goes there."""
    found = own_ticket(request, number)
    received, problems = uploads.receive(request)
    sent = [*request.POST.getlist("attachments"), *(str(taken.id) for taken in received)]
    body = request.POST.get("body", "")
    if not problems:
        try:
            opened = following.follow_up(
                viewer=request.viewer,
                ticket=found,
                body=body,
                client_key=_key(request),
                attachment_ids=[waiting.id for waiting in uploads.waiting(request, sent)],
            )
            return redirect(reverse("portal:ticket", args=[opened.number]))
        except (TicketError, ConversationError) as refused:
            problems.append(str(refused))
    context = {**shown(request, found), **composer(request, found, body=body, sent=sent), "problems": problems}
    return render(request, "portal/ticket/page.html", context, status=422)


def _key(request: ClientRequest) -> UUID:
    try:
        return UUID(request.POST.get("client_key", ""))
    except ValueError:
        return ids.client_key()
