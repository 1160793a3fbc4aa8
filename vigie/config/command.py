"""The `vigie` command. One subcommand, one file in `commands/` with `configure(parser)` and `run(args)`, one line here."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module

from vigie.config.terminal import Refused, complain, language
from vigie.config.terminal import gettext as _

COMMANDS = {
    "up": "vigie.config.commands.up",
    "web": "vigie.config.commands.web",
    "worker": "vigie.config.commands.worker",
    "check": "vigie.config.commands.check",
    "import": "vigie.config.commands.importing",
    "user": "vigie.config.commands.user",
    "token": "vigie.config.commands.token",
    "backup": "vigie.config.commands.backup",
    "restore": "vigie.config.commands.restore",
    "manage": "vigie.config.commands.manage",
}


def stand_up() -> None:
    """Load settings and models, in the language of the shell. Call after the environment is complete."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vigie.config.settings")
    import django
    from django.utils import translation

    django.setup()
    translation.activate(language())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; the process's exit code: 0 done, 1 refused or failed, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="vigie", description=_("A support desk that keeps its word."))
    kinds = parser.add_subparsers(dest="command", required=True, metavar=_("command"))
    for name, path in COMMANDS.items():
        module = import_module(path)
        about = _(module.ABOUT)
        module.configure(kinds.add_parser(name, help=about, description=about, add_help=name != "manage"))
    given = list(sys.argv[1:] if arguments is None else arguments)
    # argparse would take Django's options for its own
    manage = given[:1] == ["manage"]
    args = argparse.Namespace(command="manage", rest=given[1:]) if manage else parser.parse_args(given)
    os.umask(0o077)  # whatever is made holds somebody's data: it is its owner's alone
    if getattr(args, "data", None):
        os.environ["VIGIE_DATA"] = args.data
    try:
        return int(import_module(COMMANDS[args.command]).run(args) or 0)
    except Refused as refusal:
        complain(f"vigie: {refusal}")
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def with_data(parser: argparse.ArgumentParser) -> None:
    """The `--data` flag every command that touches the installation has."""
    parser.add_argument("--data", metavar="DIR", help=_("folder of the database, files and secret key (VIGIE_DATA)"))

