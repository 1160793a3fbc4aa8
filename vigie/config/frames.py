"""What the frames around the pages need: the client area's doors, and scripts the browser should fetch early."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import gettext as _
from markupsafe import Markup

_IMPORT = re.compile(r'^import\s(?:[^"]*?from\s)?"\./([\w/-]+)\.js";', re.MULTILINE)


def nav_client() -> list[tuple[str, str, str, tuple[str, ...]]]:
    """(URL name, words, icon, URL names under it) of the client area's navigation."""
    return [
        ("portal:services", _("Services"), "server", ("portal:services", "portal:service")),
        ("portal:tickets", _("Tickets"), "ticket", ("portal:tickets", "portal:ticket", "portal:new_ticket")),
        ("public:home", _("Help"), "life-buoy", ("public:home",)),
    ]


@cache
def preloads(entry: str) -> Markup:
    """`modulepreload` links of everything `static/js/<entry>.js` imports, so that no chain of requests forms."""
    found: list[str] = []
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        source = Path(settings.STATICFILES_DIRS[0], "js", f"{name}.js").read_text(encoding="utf-8")
        for imported in _IMPORT.findall(source):
            if imported not in found:
                found.append(imported)
                waiting.append(imported)
    links = "".join(f'<link rel="modulepreload" href="{static(f"js/{name}.js")}">' for name in found)
    return Markup(links)  # noqa: S704  names of our own files
