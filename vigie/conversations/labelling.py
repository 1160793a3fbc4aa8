"""A sender's file name made a harmless label. Pure."""

import re
import unicodedata

LONGEST = 120
_PATH = re.compile(r"[/\\]")


def label(name: str) -> str:
    """The last path part without control, direction and invisible characters, at most 120 characters, the ending kept.

    Never empty, never `.` or `..`, and never begins with a dot. Only ever shown escaped; no file has it as its name.
    """
    last = _PATH.split(unicodedata.normalize("NFC", name))[-1]
    visible = "".join(letter if letter.isprintable() else " " if letter.isspace() else "" for letter in last)
    # Format characters (bidi overrides, zero-width) turn `exe.gpj` into `jpg.exe`; isprintable() refuses all of them.
    words = " ".join(visible.split()).strip(". ")
    if len(words) > LONGEST:
        stem, dot, ending = words.rpartition(".")
        ending = f"{dot}{ending}" if stem and len(ending) <= 10 else ""
        words = f"{words[: LONGEST - len(ending) - 1].rstrip()}…{ending}"
    return words or "file"
