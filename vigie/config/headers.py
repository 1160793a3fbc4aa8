"""Headers every answer carries, whatever made it: the last word before it leaves Django."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBadRequest, HttpResponseBase

PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
INERT = "default-src 'none'; frame-ancestors 'none'"
SHOWN_ELSEWHERE = ("/brand", "/static/")
"""The logo in mails, and static files, may be fetched by other sites' pages; nothing else."""


def headers(answer: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, the outermost. What a view set itself stays.

    A page for somebody signed in that says nothing about caches is stored by none. Signing out empties the browser's own
    cache, so that the Back button shows nothing to whoever sits there next. NUL, which no address of ours holds and
    PostgreSQL takes in no text, is refused before anybody meets it.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            response: HttpResponseBase = HttpResponseBadRequest(b"Bad request\n", content_type="text/plain; charset=utf-8")
        else:
            response = answer(request)
        set_ = response.headers.setdefault
        set_("Permissions-Policy", PERMISSIONS)
        set_("Content-Security-Policy", INERT)
        set_("X-Content-Type-Options", "nosniff")
        set_("X-Frame-Options", "DENY")
        set_("Referrer-Policy", "same-origin")
        if not request.path_info.startswith(SHOWN_ELSEWHERE):
            set_("Cross-Origin-Resource-Policy", "same-origin")
        if "Cache-Control" not in response.headers and _is_somebodys(request):
            response.headers["Cache-Control"] = "private, no-store"
        match = request.resolver_match
        if match is not None and match.view_name == "account_logout" and response.status_code == 302:
            response.headers["Clear-Site-Data"] = '"cache"'
        return response

    return middleware


def _is_somebodys(request: HttpRequest) -> bool:
    viewer = getattr(request, "viewer", None)
    return viewer is not None and viewer.user is not None
