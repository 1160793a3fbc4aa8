"""A session that ended while a page was open: scripts get 401 instead of the sign-in page's HTML.

`X-Sign-In` carries the address of the sign-in form, so that the page can open its dialog, sign in there, and send
again what the person had typed.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse

HEADER = "X-Sign-In"


def session_expired(answer: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: turn a redirect to sign-in into 401 for htmx, fetch and JSON. Signing in and out are left alone."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        if response.status_code == 401:
            response.headers.setdefault(HEADER, reverse("account_login"))
        if response.status_code not in {301, 302} or not by_script(request):
            return response
        there = reverse("account_login")
        if urlsplit(response["Location"]).path != there or request.path in {there, reverse("account_logout")}:
            return response
        return JsonResponse({"sign_in": there}, status=401, headers={HEADER: there})

    return middleware


def by_script(request: HttpRequest) -> bool:
    """Whether htmx or fetch asks rather than a person following a link."""
    asked = request.headers
    return (
        "HX-Request" in asked
        or asked.get("X-Requested-With") == "XMLHttpRequest"
        or asked.get("Accept", "").startswith("application/json")
        or asked.get("Sec-Fetch-Mode") in {"cors", "same-origin"}
    )
