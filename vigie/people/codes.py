"""Codes: the fixed short names of departments and teams, for the API and for addresses."""

import re

from django.utils.translation import gettext as _

from .errors import Invalid

_CODE = re.compile(r"[a-z][a-z0-9-]{1,31}")


def checked_code(text: str) -> str:
    """Lower case. Raises `Invalid`."""
    code = text.strip().lower()
    if not _CODE.fullmatch(code):
        raise Invalid(_("2 to 32 letters, digits or hyphens, beginning with a letter."), field="code")
    return code
