"""Which of the customer's services a typed address, order number or name means, said while it is typed."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from vigie.inventory import matching
from vigie.people.models import Customer

from .gate import ClientRequest, contacts_only
from .new_ticket_form import as_reference
from .words import SERVICE_STATES


@require_GET
@contacts_only
def which_service(request: ClientRequest) -> HttpResponse:
    """The fragment below the field: the service found, the several to choose from, or that it is not theirs."""
    typed = request.GET.get("service_text", "").strip()[:200]
    asked = request.GET.get("customer", "")
    customer = Customer.objects.visible_to(request.viewer).filter(id=asked).first() if asked.isdecimal() and len(asked) < 19 else None
    match = matching.find(request.viewer, customer, as_reference(typed)) if typed and customer else None
    return render(
        request, "portal/new_ticket/which_service.html", {"match": match, "service_states": SERVICE_STATES, "typed": typed}
    )
