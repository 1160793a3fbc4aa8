"""`vigie web`: pages, API and live sockets; reactions and recurring jobs run in `vigie worker`."""

import argparse
import os

from vigie.config import command, processes
from vigie.config.terminal import gettext as _
from vigie.config.terminal import gettext_noop

ABOUT = gettext_noop("Serve pages and live sockets only")


def configure(parser: argparse.ArgumentParser) -> None:
    command.with_data(parser)
    parser.add_argument("--host", help=_("address to listen on (VIGIE_HOST)"))
    parser.add_argument("--port", type=int, help=_("port to listen on (VIGIE_PORT, 8000)"))


def run(args: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT. The database must be migrated already (`vigie manage migrate`)."""
    if args.host:
        os.environ["VIGIE_HOST"] = args.host
    if args.port is not None:
        os.environ["VIGIE_PORT"] = str(args.port)
    processes.name_web()
    command.stand_up()

    from vigie.config import database, serving

    database.require_migrated()
    return serving.serve(web=True, work=False)
