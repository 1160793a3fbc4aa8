"""The French of the scripts, for static/js/words.js."""

import json
from functools import cache
from pathlib import Path

from babel.messages.mofile import read_mo
from django.conf import settings
from django.utils.translation import get_language
from markupsafe import Markup


def js_words() -> Markup:
    """The djangojs catalogue of the active language as a JSON data block: English -> words, or [singular, plural]."""
    return _block(get_language() or settings.LANGUAGE_CODE)


@cache
def _block(language: str) -> Markup:
    """English stands in the scripts themselves, so its block is empty."""
    text = json.dumps(_catalogue(language), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Markup(f'<script type="application/json" id="words">{text}</script>')  # noqa: S704  no `<` is left in it


def _catalogue(language: str) -> dict[str, str | list[str]]:
    path = Path(settings.LOCALE_PATHS[0], language, "LC_MESSAGES", "djangojs.mo")
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalog = read_mo(file)
    found: dict[str, str | list[str]] = {}
    for message in catalog:
        if message.id and message.string:
            key = message.id if isinstance(message.id, str) else message.id[0]
            found[key] = message.string if isinstance(message.string, str) else list(message.string)
    return found
