"""`vigie backup FILE`: the database as of one instant, the files, the secret key, in one archive."""

import argparse
from pathlib import Path

from vigie.config import command
from vigie.config.terminal import gettext as _
from vigie.config.terminal import gettext_noop, say

ABOUT = gettext_noop("Write everything into one archive")


def configure(parser: argparse.ArgumentParser) -> None:
    command.with_data(parser)
    parser.add_argument("file", type=Path, help=_("the archive to write (.tar.gz); it must not exist yet"))


def run(args: argparse.Namespace) -> int:
    """Safe while Vigie runs. The archive has mode 0600 and appears under its name only when it is whole."""
    command.stand_up()

    from vigie.config import archive

    size = archive.write(args.file)
    say(_("%(file)s written: %(size).1f MB. It holds the secret key: keep it safe.") % {"file": args.file, "size": size / 1e6})
    from django.conf import settings

    if settings.STORAGE_URL:
        say(_("The files lie in the bucket of VIGIE_STORAGE_URL and are not in the archive: keep versions of it there."))
    return 0
