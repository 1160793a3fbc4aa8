"""Tickets -> Add ticket: the form, what it keeps while it is filled in, and sending it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from vigie.conversations import drafting
from vigie.conversations.errors import ConversationError
from vigie.conversations.models import Message
from vigie.inventory.models import Service
from vigie.kernel import clock, html, ids
from vigie.people.acting_for import acting_for
from vigie.people.models import Customer, Department
from vigie.promises.models import Priority
from vigie.tickets import opening
from vigie.tickets.begin_time import BeginTimeError
from vigie.tickets.errors import TicketError
from vigie.tickets.models import Ticket

from . import begin, held, promise, uploads, zones
from .gate import ClientRequest, contacts_only, go
from .new_ticket_form import TYPED, NewTicketForm
from .once import key_for
from .words import SERVICE_STATES, WORST_FIRST

LISTED = 6
"""Services shown as choices; with more than that, the field for an address, order number or name comes first."""

FIELDS = tuple(NewTicketForm.base_fields)


@require_http_methods(["GET", "POST"])
@contacts_only
def new_ticket(request: ClientRequest) -> HttpResponseBase:
    """GET: the form with the kept draft. POST: open the ticket and go there, or 422 and the form with everything typed."""
    customer = _customer(request)
    if request.method == "GET":
        return _sheet(request, customer, *_kept(request, customer))
    received, refusals = uploads.receive(request)
    sent = [*request.POST.getlist("attachments"), *(str(taken.id) for taken in received)]
    values = request.POST.dict()
    if "discard" in request.POST:
        uploads.discard(request, request.POST["discard"])
        return _sheet(request, customer, values, sent)
    if "look" in request.POST:
        return _sheet(request, customer, values, sent, looked_at=html.markdown(request.POST.get("body", "")))
    form = NewTicketForm(request.POST, viewer=request.viewer, customer=customer)
    if refusals:
        form.is_valid()
        form.add_error(None, refusals)
    if not form.is_valid():
        return _sheet(request, customer, values, sent, form=form)
    try:
        ticket = _open(request, customer, form.cleaned_data, sent)
    except (TicketError, BeginTimeError, ConversationError) as refused:
        form.refuse(refused)
        return _sheet(request, customer, values, sent, form=form)
    return go(request, reverse("portal:ticket", args=[ticket.number]))


def _open(request: ClientRequest, customer: Customer, cleaned: Mapping[str, Any], sent: Sequence[str]) -> Ticket:
    asked = {
        "viewer": request.viewer,
        "customer": customer,
        "department": cleaned["department_row"],
        "priority": Priority(cleaned["priority"]),
        "subject": cleaned["subject"],
        "body": cleaned["body"],
        "critical": cleaned["critical"],
        "attachment_ids": [waiting.id for waiting in uploads.waiting(request, sent)],
    }
    ticket = opening.open_ticket(**asked, client_key=cleaned["client_key"])
    if ticket.is_repeat and not _said_already(request, ticket, cleaned["body"]):
        ticket = opening.open_ticket(**asked, client_key=key_for(cleaned["client_key"], cleaned["body"]))
    return ticket


def _said_already(request: ClientRequest, ticket: Ticket, body: str) -> bool:
    """Whether the ticket begins with these very words."""
    return Message.objects.visible_to(request.viewer).filter(conversation=ticket.pk, seq=1, body=body).exists()


@require_POST
@contacts_only
def preview(request: ClientRequest) -> HttpResponse:
    """The description as it will look."""
    return render(request, "portal/new_ticket/preview.html", {"looked_at": html.markdown(request.POST.get("body", ""))})


def _customer(request: ClientRequest) -> Customer:
    """The customer acted for: the one named when it is one of the viewer's, else the first."""
    return acting_for(request.viewer, request.POST.get("customer") or request.GET.get("customer") or "")


def _place(customer: Customer) -> str:
    return drafting.new_place(customer.pk)


def _kept(request: ClientRequest, customer: Customer) -> tuple[dict[str, str], list[str]]:
    """Field values and upload ids to begin with: held over a sign-in, else the draft, else what the address asks for."""
    over = held.take(request, request.path)
    if over is not None:
        return {name: values[-1] for name, values in over.items() if values}, over.get("attachments", [])
    data: Mapping[str, Any] = drafting.find(request.user, _place(customer))
    if _was_sent(request, data):
        drafting.drop(user=request.user, place=_place(customer))
        data = {}
    values = {name: str(data[name]) for name in FIELDS if isinstance(data.get(name), (str, int))}
    values |= {name: request.GET[name] for name in ("department", "priority", "service") if name in request.GET}
    files = data.get("attachments", [])
    return values, [str(one) for one in (files if isinstance(files, list) else [files])]


def _was_sent(request: ClientRequest, data: Mapping[str, Any]) -> bool:
    """A copy that arrived after the sending: the same words under the same key."""
    try:
        key = UUID(str(data.get("client_key", "")))
    except ValueError:
        return False
    own = Message.objects.visible_to(request.viewer).filter(conversation__client_key=key, seq=1)
    return own.filter(body=str(data.get("body", ""))).exists()


def _sheet(
    request: ClientRequest,
    customer: Customer,
    values: Mapping[str, str],
    sent: Sequence[str],
    *,
    form: NewTicketForm | None = None,
    looked_at: str | None = None,
) -> HttpResponse:
    departments = list(Department.objects.filter(is_open=True))
    department = values.get("department") or (departments[0].code if departments else "")
    priority = values.get("priority") or Priority.REGULAR
    zone = values.get("began_zone", "")
    zone = zone if zones.known(zone) else request.user.timezone
    services = _services(request, customer)
    context = {
        "customer": customer,
        "customers": Customer.objects.visible_to(request.viewer).order_by("name", "id"),
        "values": {
            "client_key": str(ids.client_key()),
            **values,
            "department": department,
            "priority": priority,
            "began_zone": zone,
        },
        "place": _place(customer),
        "restored": request.method == "GET" and bool(values.get("subject") or values.get("body") or sent),
        "errors": form.errors if form else {},
        **begin.read(values.get("began_date", ""), values.get("began_time", ""), zone, values.get("began_fold", "")),
        "departments": promise.with_promises(departments),
        "priorities": promise.priorities(department),
        "services": services[:LISTED],
        "more_services": len(services) > LISTED,
        "service_states": SERVICE_STATES,
        "typed": TYPED,
        "attachments": uploads.waiting(request, sent),
        "zones": zones.choices(get_language() or "fr"),
        "zone_words": zones.words(zone, get_language() or "fr"),
        "looked_at": looked_at,
        "today": clock.now().astimezone(ZoneInfo(zone)).date().isoformat(),
        "attachment_limit": settings.ATTACHMENT_BYTES,
        **promise.panel(department, priority),
    }
    return render(request, "portal/new_ticket/page.html", context, status=422 if form else 200)


def _services(request: ClientRequest, customer: Customer) -> list[Service]:
    """One more than are listed, the worst state first, since that is the one meant."""
    own = Service.objects.visible_to(request.viewer).filter(customer=customer).exclude(state="ended")
    rows = list(own.prefetch_related("addresses").order_by("name", "id")[:200])
    rows.sort(key=lambda service: WORST_FIRST.index(service.state))  # type: ignore[arg-type]  # a str enum
    chosen = request.POST.get("service") or request.GET.get("service")
    rows.sort(key=lambda service: str(service.pk) != chosen)
    return rows[: LISTED + 1]
