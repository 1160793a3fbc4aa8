"""Services: what the customer rents, its state, its addresses, and the tickets about it."""

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from vigie.inventory.models import Service
from vigie.tickets.models import Ticket

from .gate import ClientRequest, contacts_only
from .new_ticket_form import as_reference
from .rows import rows_of
from .words import FINISHED_STATES, SERVICE_STATES, STATES

PAGE = 50


@require_GET
@contacts_only
def services(request: ClientRequest) -> HttpResponse:
    """Every service by name; `?q=` narrows by name, product, order number or address; `?after=` goes on from a row."""
    query = request.GET.get("q", "").strip()[:100]
    rows = Service.objects.visible_to(request.viewer).select_related("customer").prefetch_related("addresses")
    if query:
        rows = rows.filter(
            Q(name__icontains=query)
            | Q(product__icontains=query)
            | Q(order_number=as_reference(query).removeprefix("#"))
            | Q(addresses__prefix__startswith=query.lower())
        ).distinct()
    name, _sep, key = request.GET.get("after", "").rpartition(",")
    if key.isdecimal() and len(key) < 19:
        rows = rows.filter(Q(name__gt=name) | Q(name=name, id__gt=int(key)))
    page = list(rows.order_by("name", "id")[: PAGE + 1])
    more = f"{page[PAGE - 1].name},{page[PAGE - 1].pk}" if len(page) > PAGE else ""
    context = {
        "services": page[:PAGE],
        "more": more,
        "query": query,
        "service_states": SERVICE_STATES,
        "several_customers": len(request.viewer.acts_for) > 1,
    }
    return render(request, "portal/services/page.html", context)


@require_GET
@contacts_only
def service(request: ClientRequest, service_id: int) -> HttpResponse:
    """One service with its tickets, the open ones first."""
    found = Service.objects.visible_to(request.viewer).select_related("customer").filter(id=service_id).first()
    if found is None:
        raise Http404(_("There is no such service among yours."))
    about = (
        Ticket.objects.visible_to(request.viewer)
        .filter(service=found)
        .select_related("conversation__customer", "service", "assignee")
        .order_by("-conversation__updated_at", "-pk")
    )
    context = {
        "service": found,
        "addresses": found.addresses.order_by("first", "id"),
        "open_rows": rows_of(request.viewer, about.exclude(state__in=FINISHED_STATES)[:20]),
        "several_customers": len(request.viewer.acts_for) > 1,
        "finished_rows": rows_of(request.viewer, about.filter(state__in=FINISHED_STATES)[:10]),
        "states": STATES,
        "service_states": SERVICE_STATES,
    }
    return render(request, "portal/services/service.html", context)
