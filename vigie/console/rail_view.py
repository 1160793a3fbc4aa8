"""The rail's counts, refetched when something changed."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from vigie.tickets import tagging

from .guard import StaffRequest, staff_only
from .places import rail as rail_of


@require_GET
@staff_only
def rail(request: StaffRequest) -> HttpResponse:
    return render(
        request, "console/rail.html", {"rail": rail_of(request.viewer), "place": request.GET.get("place", "")}
    )


@require_GET
@staff_only
def tags(request: StaffRequest) -> HttpResponse:
    """Tags in use that begin with `?q=`."""
    return JsonResponse({"tags": tagging.used(request.GET.get("q", ""))})
