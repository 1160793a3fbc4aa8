"""A sender's file name made a harmless label. Pure."""

import re

from vigie.kernel.plain_line import plain_line

LONGEST = 120
_PATH = re.compile(r"[/\\]")


def label(name: str) -> str:
    """The last path part without control, direction and invisible characters, at most 120 characters, the ending kept.

    Never empty, never `.` or `..`, and never begins with a dot. Only ever shown escaped; no file has it as its name.
    """
    last = plain_line(_PATH.split(name)[-1])
    # Stricter than for names of people: nothing unprintable, joiners neither, comes into a header.
    words = "".join(letter for letter in last if letter.isprintable()).strip(". ")
    if len(words) > LONGEST:
        stem, dot, ending = words.rpartition(".")
        ending = f"{dot}{ending}" if stem and len(ending) <= 10 else ""
        words = f"{words[: LONGEST - len(ending) - 1].rstrip()}…{ending}"
    return words or "file"
