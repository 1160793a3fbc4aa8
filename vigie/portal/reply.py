"""A reply of the customer: sent once however often it arrives, with its files."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from vigie.conversations.errors import ConversationError
from vigie.conversations.models import Message
from vigie.kernel import ids
from vigie.tickets import replying
from vigie.tickets.errors import TicketError

from . import uploads
from .gate import ClientRequest, contacts_only, go
from .once import key_for
from .ticket import composer, shown
from .whose import own_ticket


@require_http_methods(["GET", "POST"])
@contacts_only
def reply(request: ClientRequest, number: int) -> HttpResponse:
    """POST `body`, `client_key`, `attachments`*: the fresh parts for htmx, else back to the page at the new message.

    A late reply to an ended ticket begins a linked one and goes there. 422 with the reason beside the composer when it cannot be sent; what was typed stays. GET (after a sign-in) goes to the page.
    """
    found = own_ticket(request, number)
    page = reverse("portal:ticket", args=[number])
    if request.method == "GET":
        over = request.session.get(f"held:{request.path}")
        return redirect(f"{page}#reply" if over is not None else page)
    received, refusals = uploads.receive(request)
    sent = [*request.POST.getlist("attachments"), *(str(taken.id) for taken in received)]
    if "discard" in request.POST:
        uploads.discard(request, request.POST["discard"])
        return _again(request, number, sent, [])
    body = request.POST.get("body", "")
    if refusals:
        return _again(request, number, sent, refusals)
    files = [waiting.id for waiting in uploads.waiting(request, sent)]
    key = _key(request)

    def say(under: UUID) -> Message:
        return replying.reply(viewer=request.viewer, ticket=found, body=body, client_key=under, attachment_ids=files)

    try:
        message = say(key)
        if message.is_repeat and (message.body != body or files):
            message = say(key_for(key, body))
    except (TicketError, ConversationError) as refused:
        return _again(request, number, sent, [str(refused)])
    if message.conversation_id != found.pk:
        return go(request, reverse("portal:ticket", args=[message.conversation.ticket.number]))
    if "HX-Request" in request.headers:
        return render(request, "portal/ticket/fresh.html", shown(request, own_ticket(request, number)))
    return redirect(f"{page}#m{message.pk}")


def _again(request: ClientRequest, number: int, sent: list[str], problems: list[str]) -> HttpResponse:
    found = own_ticket(request, number)
    context = {**shown(request, found), **composer(request, found, body=request.POST.get("body", ""), sent=sent)}
    context |= {"client_key": request.POST.get("client_key", ""), "problems": problems}
    template = "portal/ticket/composer.html" if "HX-Request" in request.headers else "portal/ticket/page.html"
    return render(request, template, context, status=422 if problems else 200)


def _key(request: ClientRequest) -> UUID:
    """The form's key; one made from nothing (an old page) is drawn anew and so sends once per press."""
    try:
        return UUID(request.POST.get("client_key", ""))
    except ValueError:
        return ids.client_key()
