"""What staff set from anywhere in the console: light or dark, and whether single-letter keys work."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from vigie.people import profile
from vigie.people.errors import PeopleError

from .guard import StaffRequest, by_script, staff_only


@require_POST
@staff_only
def appearance(request: StaffRequest) -> HttpResponse:
    """`theme`, or `keys` (with `keys_shown`, since an unchecked box sends nothing)."""
    try:
        if "theme" in request.POST:
            profile.change(user=request.user, theme=request.POST["theme"])
        if "keys_shown" in request.POST:
            profile.change(user=request.user, keys="keys" in request.POST)
    except PeopleError as refused:
        return JsonResponse({"error": str(refused)}, status=422)
    return JsonResponse({}) if by_script(request) else redirect("console:queue")
