"""A mail's subject, text and HTML from `templates/mail/<name>.subject|.txt|.html`, in the recipient's language."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.template import engines
from django.utils import timezone, translation
from jinja2 import Environment

from vigie.mail_out.headers import subject_line
from vigie.people.models import Provider

LANGUAGES = ("fr", "en")


def render(
    template: str, context: Mapping[str, Any], *, language: str, zone: str, provider: Provider
) -> tuple[str, str, str]:
    """(subject, text, html). Instants in the templates are written in `zone` (IANA) unless they name one.

    Besides `context` a template knows `provider`, `site` (the address of this installation) and `mail_subject`.
    """
    known = language if language in LANGUAGES else provider.language
    whole: dict[str, Any] = {**context, "provider": provider, "site": settings.SITE_URL}
    with translation.override(known), timezone.override(zone):
        subject = subject_line(_plain().get_template(f"mail/{template}.subject").render(whole))
        whole["mail_subject"] = subject
        text = _plain().get_template(f"mail/{template}.txt").render(whole).strip() + "\n"
        html = _pages().get_template(f"mail/{template}.html").render(whole)
    return subject, _writable(text), _writable(html)


def instant(moment: datetime, zone: str) -> str:
    """An instant in full and in the active language, as the templates write it; for sentences made outside of them."""
    return str(_pages().filters["instant"](moment, zone))


def _writable(text: str) -> str:
    """Without what neither UTF-8 nor PostgreSQL can hold: lone surrogates and NUL."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


@cache
def _pages() -> Environment:
    """The environment of the pages: autoescaping."""
    made: Environment = next(engine for engine in engines.all() if hasattr(engine, "env")).env
    return made


@cache
def _plain() -> Environment:
    """The same without escaping: `&` is `&` in a text part."""
    return _pages().overlay(autoescape=False)
