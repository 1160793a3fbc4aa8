"""One line of text as people may give it for a name, a subject or a file: nothing in it that is not seen.

Unicode TR36 and UAX 9: an override turns `exe.gpj` into `jpg.exe`, an embedding left open reorders what stands beside it, a zero-width
space makes two different names look alike. Joiners stay: Persian and Hindi are not written without them, nor are many emoji.
"""

import re
import unicodedata

_UNSEEN = re.compile(
    "[\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
"""Direction marks, embeddings, overrides, isolates; what has no width; fillers; tags. Not variation selectors
(FE00 to FE0F), which choose how an emoji looks.
"""
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def plain_line(text: str) -> str:
    """Composed (NFC), controls and line breaks become blanks, blanks are collapsed, what is not seen is gone, halves of letters are
    question marks. May be empty.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    whole = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())
    return " ".join(_UNSEEN.sub("", _CONTROLS.sub(" ", whole)).split())
