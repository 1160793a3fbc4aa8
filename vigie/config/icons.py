"""Icons from the lucide package, drawn once per name and kept."""

from functools import cache

import lucide
from markupsafe import Markup


@cache
def icon(name: str, extra: str = "", label: str = "") -> Markup:
    """The inline SVG of a lucide icon. Without `label` it is decoration, with it an image that says so.

    Raises `lucide.IconDoesNotExist` for an unknown name: a wrong icon must fail in the tests, not on a screen.
    """
    spoken = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    drawn = lucide._render_icon(name, None, **{"class": f"i {extra}".strip()}, **spoken)  # noqa: SLF001  the Jinja entry point adds nothing
    for default in (
        ' width="24"',
        ' height="24"',
        ' fill="none"',
        ' stroke="currentColor"',
        ' stroke-width="2"',
        ' stroke-linecap="round"',
        ' stroke-linejoin="round"',
    ):
        drawn = drawn.replace(default, "", 1)
    return Markup(" ".join(drawn.split()).replace("> <", "><"))  # noqa: S704  drawn from the package's file; attributes are escaped


@cache
def paths(name: str) -> Markup:
    """What is inside the icon's SVG, for a sprite."""
    drawn = str(icon(name))
    return Markup(drawn[drawn.index(">") + 1 : drawn.rindex("</svg>")])  # noqa: S704  a part of `icon`
