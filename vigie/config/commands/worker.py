"""`vigie worker`: reactions and recurring jobs, without pages."""

import argparse
import os

from vigie.config import command
from vigie.config.terminal import gettext as _
from vigie.config.terminal import gettext_noop

ABOUT = gettext_noop("Run reactions and recurring jobs only")


def configure(parser: argparse.ArgumentParser) -> None:
    command.with_data(parser)
    parser.add_argument("--host", help=_("address for /healthz, /readyz and /metrics (VIGIE_HOST)"))
    parser.add_argument("--port", type=int, default=0, help=_("port for /healthz, /readyz and /metrics; none without it"))


def run(args: argparse.Namespace) -> int:
    """Work until SIGTERM or SIGINT; what runs then finishes first."""
    if args.host:
        os.environ["VIGIE_HOST"] = args.host
    os.environ["VIGIE_PORT"] = str(args.port)
    command.stand_up()

    from vigie.config import database, serving

    database.require_migrated()
    return serving.serve(web=False, work=True)
