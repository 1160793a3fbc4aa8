"""Sending from the desk: replies are held ten seconds so that they can be taken back; notes stand at once."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from vigie.conversations.errors import ConversationError
from vigie.kernel import ids
from vigie.tickets import replying, sending
from vigie.tickets.errors import NewerMessagesError, TicketError
from vigie.tickets.models import State

from .acts import refusal
from .guard import StaffRequest, by_script, staff_only
from .ticket import found_ticket


@require_POST
@staff_only
def reply(request: StaffRequest, number: int) -> HttpResponse:
    """`body`, `client_key`, `attachments`*, `then` (a state, or empty), `seen_seq`. JSON: where to undo, and until when.

    409 with `newer` when a message arrived that the writer has not seen; sending again with that `seen_seq` sends.
    """
    found = found_ticket(request.viewer, number)
    seen = request.POST.get("seen_seq", "")
    then = request.POST.get("then", "")
    try:
        held = sending.hold(
            viewer=request.viewer,
            ticket=found,
            body=request.POST.get("body", ""),
            client_key=_key(request),
            attachment_ids=_attachments(request),
            then=then if then in State.values else None,
            seen_seq=int(seen) if seen.isdecimal() and len(seen) < 10 else None,
        )
    except NewerMessagesError as newer:
        if by_script(request):
            return JsonResponse({"error": str(newer), "newer": newer.seen_seq}, status=409)
        return refusal(request, found, newer)
    except (TicketError, ConversationError) as refused:
        return refusal(request, found, refused)
    if by_script(request):
        undo_at = reverse("console:undo", args=[number, held.pk])
        return JsonResponse({"undo": undo_at, "until": held.due_at.isoformat()}, status=202)
    return redirect("console:ticket", number=number)


@require_POST
@staff_only
def note(request: StaffRequest, number: int) -> HttpResponse:
    """`body`, `client_key`, `attachments`*: an internal note, written at once."""
    found = found_ticket(request.viewer, number)
    try:
        replying.note(
            viewer=request.viewer,
            ticket=found,
            body=request.POST.get("body", ""),
            client_key=_key(request),
            attachment_ids=_attachments(request),
        )
    except (TicketError, ConversationError) as refused:
        return refusal(request, found, refused)
    if by_script(request):
        return JsonResponse({}, status=201)
    return redirect("console:ticket", number=number)


@require_POST
@staff_only
def undo(request: StaffRequest, number: int, held_id: int) -> HttpResponse:
    """Take a held reply back; its text is the draft again. 422 when it was sent meanwhile."""
    found = found_ticket(request.viewer, number)
    try:
        sending.undo(viewer=request.viewer, held_id=held_id)
    except TicketError as refused:
        return refusal(request, found, refused)
    if by_script(request):
        return JsonResponse({})
    return redirect("console:ticket", number=number)


def _key(request: StaffRequest) -> UUID:
    """The form's key; a form without one cannot be retried, and gets its own."""
    try:
        return UUID(request.POST.get("client_key", ""))
    except ValueError:
        return ids.client_key()


def _attachments(request: StaffRequest) -> list[UUID]:
    found = []
    for given in request.POST.getlist("attachments"):
        try:
            found.append(UUID(given))
        except ValueError:
            continue
    return found
