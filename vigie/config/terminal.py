"""Words and answers on the terminal, before and without Django's settings: French or English by the shell's locale."""

import gettext as catalogues
import os
import sys
from functools import cache
from pathlib import Path

_LOCALE = Path(__file__).resolve().parent.parent / "locale"


class Refused(Exception):
    """The command cannot be done; the message tells the person why."""


@cache
def language() -> str:
    """`fr` or `en`, from LC_ALL, LC_MESSAGES, LANG in that order (POSIX)."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "fr" if value.lower().startswith("fr") else "en"
    return "en"


@cache
def _catalogue() -> catalogues.NullTranslations:
    return catalogues.translation("django", _LOCALE, languages=[language()], fallback=True)


def gettext(message: str) -> str:
    """The message in the shell's language."""
    return _catalogue().gettext(message)


def gettext_noop(message: str) -> str:
    """The message itself, marked to be translated where it is shown."""
    return message


def ngettext(one: str, many: str, count: int) -> str:
    """The message for a count, in the shell's language."""
    return _catalogue().ngettext(one, many, count)


def say(line: str = "") -> None:
    """One line for the person, on standard output."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def complain(line: str) -> None:
    """One line on standard error."""
    sys.stderr.write(line + "\n")
