"""After too many wrong passwords: five for one address from one place, fifty from one place, then fifteen minutes of
rest.

Counted for addresses that exist and for those that do not alike, so that being locked out tells nothing.
"""

from datetime import timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

FAILURES = 5
FAILURES_OF_A_PLACE = 50
REST = timedelta(minutes=15)


class Lockout(AxesDatabaseHandler):  # type: ignore[misc]  # axes ships no types
    """axes has one limit for all; a place (an office behind one address) gets ten times what one address in it gets."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        of_address, of_place = (
            attempts.aggregate(n=Sum("failures_since_start"))["n"] or 0
            for attempts in self.get_user_attempts(request, credentials)
        )
        return int(max(of_address, of_place * FAILURES // FAILURES_OF_A_PLACE))


def address_of(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The address tried, as it would be stored."""
    tried = (credentials or {}).get("email") or request.POST.get("login", "")
    return str(tried).strip().lower()[:254]


def answer(request: HttpRequest, *_others: Any) -> HttpResponse:
    """429 with when to come back; the same page for everybody."""
    seconds = int(REST.total_seconds())
    if request.headers.get("Accept") == "application/json" or "HX-Request" in request.headers:
        response: HttpResponse = JsonResponse({"error": _("Too many attempts. Try again in 15 minutes.")}, status=429)
    else:
        response = render(request, "account/locked.html", {"minutes": seconds // 60}, status=429)
    response["Retry-After"] = str(seconds)
    return response
