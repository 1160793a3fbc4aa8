"""`vigie check`: what is missing or unsafe, in words."""

import argparse

from vigie.config import command
from vigie.config.terminal import gettext as _
from vigie.config.terminal import gettext_noop, ngettext, say

ABOUT = gettext_noop("Tell what is missing or unsafe")


def configure(parser: argparse.ArgumentParser) -> None:
    command.with_data(parser)


def run(_args: argparse.Namespace) -> int:
    """One line for each finding; 1 when something must be mended, 0 otherwise (advice does not fail)."""
    try:
        command.stand_up()
    except ValueError as problem:  # a variable that cannot be read: nothing else can be looked at
        say(f"✗ {problem}")
        return 1

    from vigie.config import checking

    findings = checking.look()
    for finding in findings:
        say(f"{finding.mark} {finding.text}")
    wrong = sum(finding.mark == checking.WRONG for finding in findings)
    if wrong:
        say(ngettext("%(count)d thing must be mended.", "%(count)d things must be mended.", wrong) % {"count": wrong})
        return 1
    say(_("Nothing is in the way."))
    return 0
