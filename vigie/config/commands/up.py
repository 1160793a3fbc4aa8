"""`vigie up`: everything in one process, ready in seconds."""

import argparse
import os

from vigie.config import command, processes
from vigie.config.terminal import gettext as _
from vigie.config.terminal import gettext_noop

ABOUT = gettext_noop("Run everything in one process")


def configure(parser: argparse.ArgumentParser) -> None:
    command.with_data(parser)
    parser.add_argument("--host", help=_("address to listen on (VIGIE_HOST)"))
    parser.add_argument("--port", type=int, help=_("port to listen on (VIGIE_PORT, 8000)"))
    parser.add_argument("--demo", action="store_true", help=_("fill a demonstration and print its sign-ins"))


def run(args: argparse.Namespace) -> int:
    """Migrate, fill the demonstration when asked, serve until SIGTERM or SIGINT."""
    if args.demo:
        os.environ["VIGIE_DEMO"] = "1"
        os.environ["VIGIE_HOST"] = "127.0.0.1"  # its passwords are known: only --host puts it on a network
    if args.host:
        os.environ["VIGIE_HOST"] = args.host
    if args.port is not None:
        os.environ["VIGIE_PORT"] = str(args.port)
    if not os.environ.get("VIGIE_SITE_URL"):
        os.environ["VIGIE_SITE_URL"] = f"http://127.0.0.1:{os.environ.get('VIGIE_PORT') or 8000}"
    processes.name_web()
    command.stand_up()

    from django.conf import settings

    from vigie.config import database, serving

    database.prepare()
    if settings.DEMO:
        from vigie.config import demo

        demo.fill()
    return serving.serve(web=True, work=True)
