"""The Jinja environment every door renders with."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment


def url(name: str, *args: Any, **kwargs: Any) -> str:
    return reverse(name, args=args, kwargs=kwargs)


def environment(**options: Any) -> Environment:
    """Autoescaping on, gettext by Django's catalogues, new-style placeholders (`%(name)s`)."""
    made = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], trim_blocks=True, lstrip_blocks=True, **options)
    made.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=True, pgettext=translation.pgettext
    )
    made.globals.update(static=static, url=url, language=translation.get_language)
    return made


def page(request: HttpRequest) -> dict[str, Any]:
    """What every page knows."""
    return {"user": getattr(request, "user", None)}
