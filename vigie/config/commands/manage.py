"""`vigie manage ...`: Django's own commands, for those who know them."""

import argparse
import os

from vigie.config.terminal import gettext_noop

ABOUT = gettext_noop("Pass a command on to Django’s management")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rest", nargs="*")


def run(args: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vigie.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["vigie manage", *args.rest])
    return 0
