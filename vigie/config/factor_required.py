"""Staff without a second factor, where the provider requires one, get no further than setting it up."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vigie.config.session_expired import by_script
from vigie.config.viewing import viewer
from vigie.people import second_factor

HELD = "second_factor"
OPEN = ("/account/", "/static/", "/language/", "/brand")


def factor_required(answer: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, after `viewing`. Once somebody has a factor the session remembers, and no query is made: a required
    factor cannot be removed, only replaced.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(OPEN) or not viewer(request).is_staff or request.session.get(HELD):
            return answer(request)
        user = viewer(request).user
        if user is None or not second_factor.is_missing(user):
            if user is not None and second_factor.has_one(user):
                request.session[HELD] = True
            return answer(request)
        there = reverse("settings:security")
        said = _("Your provider requires a second factor of staff. Set one up to go on.")
        if by_script(request):
            return JsonResponse({"error": said, "location": there}, status=403)
        messages.warning(request, said)
        return HttpResponseRedirect(there)

    return middleware
