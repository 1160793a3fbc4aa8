"""What each address may be asked how often, by whom: one table. Beyond it, 429 with when to come back.

Limits are far above what a person does; they stop scripts. Signing in and resets are limited by allauth and axes, files in
`conversations.uploading`, open pages in `kernel.page`, the API in `api.limiting`.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from vigie.config import wording
from vigie.config.session_expired import by_script
from vigie.config.viewing import viewer
from vigie.kernel.limits import Limit, place_of, spend

OPENING = Limit("opening", 60, 3600)
REPLYING = Limit("replying", 300, 3600)
INVITING = Limit("inviting", 30, 3600)
RENDERING = Limit("rendering", 60, 60)
SEARCHING = Limit("searching", 120, 60)
LOOKING = Limit("looking", 300, 60)
DRAFTING = Limit("drafting", 240, 60)
SECRETS = Limit("secrets", 30, 60)
PASSKEYS = Limit("passkeys", 120, 60)
STRANGERS = Limit("strangers", 120, 60)
SESSIONS = Limit("sessions", 300, 3600)

READING = frozenset({"GET", "HEAD"})
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def customer(request: HttpRequest) -> str:
    """The customers the person acts for, together: colleagues share what one could use up."""
    return "-".join(map(str, sorted(viewer(request).acts_for))) or person(request)


def person(request: HttpRequest) -> str:
    found = viewer(request).user
    return f"u{found.pk}" if found is not None else place(request)


def place(request: HttpRequest) -> str:
    return f"p{place_of(request.META.get('REMOTE_ADDR', ''))}"


class Rule(NamedTuple):
    """`having`: a parameter of the query or form without which the rule does not count."""

    methods: frozenset[str]
    limit: Limit
    who: Callable[[HttpRequest], str]
    having: str = ""


RULES: dict[str, Rule] = {
    "portal:new_ticket": Rule(WRITING, OPENING, customer),
    "portal:reply": Rule(WRITING, REPLYING, customer),
    "portal:rating": Rule(WRITING, REPLYING, customer),
    "portal:solved": Rule(WRITING, REPLYING, customer),
    "portal:preview": Rule(WRITING, RENDERING, person),
    "portal:tickets": Rule(READING, SEARCHING, person, having="q"),
    "portal:services": Rule(READING, SEARCHING, person, having="q"),
    "portal:which_service": Rule(READING, LOOKING, person),
    "portal:begin": Rule(READING, LOOKING, person),
    "portal:promise": Rule(READING, LOOKING, person),
    "portal:contact_invite": Rule(WRITING, INVITING, customer),
    "settings:contact_invite": Rule(WRITING, INVITING, customer),
    "console:search": Rule(READING, SEARCHING, person, having="q"),
    "console:customers": Rule(READING, SEARCHING, person, having="q"),
    "console:customer": Rule(WRITING, INVITING, person, having="invite"),
    "public:draft": Rule(WRITING, DRAFTING, person),
    "public:proof": Rule(READING | WRITING, SECRETS, place),
    "invitation": Rule(READING | WRITING, SECRETS, place),
    "account_confirm_email": Rule(READING | WRITING, SECRETS, place),
    "account_reset_password_from_key": Rule(READING | WRITING, SECRETS, place),
    "mfa_login_webauthn": Rule(READING | WRITING, PASSKEYS, place),
}
"""URL name -> rule."""

PAGE_ONLY = frozenset({"look", "discard"})
"""Buttons of the new ticket's form that open none."""


class Limiting:
    """Middleware, after `viewing`. A request that no rule names costs nothing here."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.answer(request)
        _bound_strangers(request)
        return response

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Iterable[Any], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Called before the view, once the address is known to be one."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name.startswith("api:"):
            return None
        rule = RULES.get(name)
        wait = 0
        if rule is not None and request.method in rule.methods and _counts(request, name, rule):
            wait = spend(rule.limit, rule.who(request))
        if not wait and request.method in WRITING and viewer(request).user is None:
            wait = spend(STRANGERS, place(request))
        return refusal(request, wait) if wait else None


def refusal(request: HttpRequest, wait: int) -> HttpResponse:
    """429 in the person's language; `wait` in seconds. Scripts get {"error"}."""
    if by_script(request):
        said = _("Too many requests came from here in a short time. Try again in %(time)s.") % {"time": wording.duration(wait)}
        response: HttpResponse = JsonResponse({"error": said}, status=429)
    else:
        response = render(request, "429.html", {"wait": wait}, status=429)
    response["Retry-After"] = str(wait)
    response["Cache-Control"] = "no-store"
    return response


def _counts(request: HttpRequest, name: str, rule: Rule) -> bool:
    if rule.having and not (request.GET.get(rule.having) or (request.method == "POST" and rule.having in request.POST)):
        return False
    return name != "portal:new_ticket" or not PAGE_ONLY & request.POST.keys()


def _bound_strangers(request: HttpRequest) -> None:
    """A stranger's new session is a row in the database; beyond the limit it is not kept. (How long: `session_store`.)"""
    session = request.session
    new = session.modified and session.session_key is None and not session.is_empty()
    if new and SESSION_KEY not in session and spend(SESSIONS, place(request)):
        session.modified = False
