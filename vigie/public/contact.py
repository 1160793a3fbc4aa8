"""The public page: how support is reached and how fast it answers, from the live configuration."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vigie.conversations.models import Channel
from vigie.people.models import Calendar, Department, Provider
from vigie.people.provider import current
from vigie.promises.measured import Measured, measured
from vigie.promises.models import Kind, Priority
from vigie.promises.policy import Terms, promise_for
from vigie.public.contact_data import structured
from vigie.public.spans import span

LANGUAGES = {"fr": "Français", "en": "English"}


@dataclass(frozen=True, slots=True)
class Method:
    """One way to reach support, as it is switched on now. `response` is the promise in words, empty where none is made."""

    code: str
    response: str
    exceptions: tuple[tuple[str, str], ...] = ()
    figures: Measured | None = None


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """The page in the reader's language; `?lang=fr` or `?lang=en` chooses one, and it is remembered."""
    chosen = request.GET.get("lang", "")
    language = chosen if chosen in LANGUAGES else (translation.get_language() or "fr")
    with translation.override(language):
        provider = current()
        methods = [found for found in (make(provider) for make in METHODS) if found is not None]
        context = {
            "provider": provider,
            "methods": methods,
            "shown": {method.code for method in methods},
            "departments": list(Department.objects.filter(is_open=True)),
            "languages": LANGUAGES,
            "home": settings.SITE_URL + reverse("public:home"),
            "structured": structured(provider, methods),
        }
        response = render(request, "public/contact.html", context)
    response["Content-Language"] = language
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    if chosen in LANGUAGES:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=31_536_000, samesite="Lax", secure=settings.HTTPS
        )
    return response


def _ticket(_provider: Provider) -> Method:
    return _promised("ticket", Channel.TICKET, _("Initial reply within %(time)s"))


def _chat(_provider: Provider) -> Method | None:
    """Shown once the chat runs: a promise in the table alone is no chat."""
    if not apps.is_installed("vigie.chat"):
        return None
    return Method("chat", _("Immediate reply"), figures=measured(Channel.CHAT))


def _mail(provider: Provider) -> Method | None:
    """Shown where there is an address to write to."""
    if not provider.support_address:
        return None
    return _promised("mail", Channel.MAIL, "%(time)s")


def _notifications(_provider: Provider) -> Method | None:
    if not apps.is_installed("vigie.notices"):
        return None
    return Method("notifications", _("In real time"))


METHODS: tuple[Callable[[Provider], Method | None], ...] = (_ticket, _chat, _mail, _notifications)


def _promised(code: str, channel: str, sentence: str) -> Method:
    general = promise_for(channel=channel, kind=Kind.FIRST_REPLY)
    return Method(
        code=code,
        response=_said(general, sentence),
        exceptions=tuple(_exceptions(channel, general, sentence)),
        figures=measured(channel),
    )


def _exceptions(channel: str, general: Terms | None, sentence: str) -> list[tuple[str, str]]:
    """What is promised otherwise in a department, or for a priority there: (whose, words)."""
    found: list[tuple[str, str]] = []
    for department in Department.objects.filter(is_open=True):
        usual = promise_for(channel=channel, kind=Kind.FIRST_REPLY, department_id=department.code)
        if usual is not None and usual != general:
            found.append((department.name, _said(usual, sentence)))
        high = promise_for(
            channel=channel, kind=Kind.FIRST_REPLY, department_id=department.code, priority=Priority.HIGH
        )
        if high is not None and high != usual:
            found.append((f"{department.name}, {Priority.HIGH.label}", _said(high, sentence)))
    return found


def _said(terms: Terms | None, sentence: str) -> str:
    if terms is None:
        return ""
    said: str = sentence % {"time": span(terms.aim, terms.limit)}
    calendar: Any = None
    if terms.calendar_id is not None:
        calendar = Calendar.objects.filter(pk=terms.calendar_id, always=False).first()
    return (
        _("%(promise)s, in working time (%(hours)s)") % {"promise": said, "hours": calendar.name} if calendar else said
    )
