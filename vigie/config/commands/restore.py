"""`vigie restore FILE`: put an archive of `vigie backup` in place."""

import argparse
from pathlib import Path

from vigie.config import command
from vigie.config.terminal import gettext as _
from vigie.config.terminal import gettext_noop, say

ABOUT = gettext_noop("Put an archive back in place")


def configure(parser: argparse.ArgumentParser) -> None:
    command.with_data(parser)
    parser.add_argument("file", type=Path, help=_("an archive of “vigie backup”"))
    parser.add_argument("--replace", action="store_true", help=_("even if data is there: it is lost"))


def run(args: argparse.Namespace) -> int:
    """Refuses where data stands, unless told. Vigie must not be running."""
    command.stand_up()

    from vigie.config import archive

    archive.read(args.file, replace=args.replace)
    say(_("Restored. Run “vigie check”, then start Vigie."))
    return 0
