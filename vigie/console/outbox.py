"""Mail that leaves: what is kept here, waits, or failed; one mail as it was written; trying again."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vigie.conversations.models import Conversation
from vigie.mail_out import deliver, veiling
from vigie.mail_out.errors import MailError
from vigie.mail_out.models import MailState, OutgoingMail
from vigie.tickets.models import Ticket

from .guard import StaffRequest, staff_only

PAGE = 50


@require_GET
@staff_only
def outbox(request: StaffRequest) -> HttpResponse:
    """`?state=` one of MailState (else all), `?after=` a mail's id; newest first."""
    state, after = request.GET.get("state", ""), request.GET.get("after", "")
    mails = OutgoingMail.objects.visible_to(request.viewer).order_by("-pk").defer("text", "html", "headers")
    if state in MailState.values:
        mails = mails.filter(state=state)
    if after.isdecimal() and len(after) < 19:
        mails = mails.filter(pk__lt=int(after))
    rows = list(mails[: PAGE + 1])
    here = reverse("console:outbox")
    context = {
        "rows": rows[:PAGE],
        "state": state,
        "states": MailState.choices,
        "leaves": deliver.leaves(),
        "more": f"{here}?{urlencode({'state': state, 'after': str(rows[PAGE - 1].pk)})}" if len(rows) > PAGE else "",
        "first": f"{here}?{urlencode({'state': state})}" if after else "",
    }
    return render(request, "console/outbox.html", context)


@require_GET
@staff_only
def mail(request: StaffRequest, mail_id: int) -> HttpResponse:
    found = _found(request, mail_id)
    seen = Conversation.objects.visible_to(request.viewer).filter(pk=found.conversation_id or 0)
    number = Ticket.objects.visible_to(request.viewer).filter(pk__in=seen).values_list("number", flat=True).first()
    text = veiling.text_for(request.viewer, found)
    context = {"mail": found, "number": number, "text": text, "veiled": text != found.text}
    return render(request, "console/mail.html", context)


@require_POST
@staff_only
def again(request: StaffRequest, mail_id: int) -> HttpResponse:
    try:
        deliver.again(viewer=request.viewer, mail=_found(request, mail_id))
        messages.success(request, _("It will be tried again now."))
    except MailError as refused:
        messages.error(request, str(refused))
    return redirect("console:mail", mail_id=mail_id)


def _found(request: StaffRequest, mail_id: int) -> OutgoingMail:
    found = OutgoingMail.objects.visible_to(request.viewer).filter(pk=mail_id).first()
    if found is None:
        raise Http404
    return found
