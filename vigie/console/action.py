"""Guarded actions from the desk (reboot, rescue, console): what the provider's API said stands where it was asked."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from vigie.inventory import acting
from vigie.inventory.errors import InventoryError
from vigie.inventory.models import Service

from .acts import refusal
from .guard import StaffRequest, by_script, staff_only
from .ticket import found_ticket


@require_POST
@staff_only
def action(request: StaffRequest, number: int) -> HttpResponse:
    """`action` (its code), `service` (an id of the customer's). JSON: {"said", "url"}; 422 with the reason."""
    found = found_ticket(request.viewer, number)
    chosen = request.POST.get("service", "")
    mine = Service.objects.visible_to(request.viewer).filter(customer=found.conversation.customer_id)
    service = mine.filter(pk=int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0).first()
    try:
        used = acting.use(
            viewer=request.viewer,
            conversation=found.conversation,
            service=service or Service(),
            action_code=request.POST.get("action", ""),
        )
    except InventoryError as refused:
        return refusal(request, found, refused)
    if by_script(request):
        if used.ok:
            return JsonResponse({"said": used.message, "url": used.url})
        return JsonResponse({"error": used.message, "field": ""}, status=422)
    (messages.success if used.ok else messages.error)(request, used.message)
    return redirect("console:ticket", number=number)
