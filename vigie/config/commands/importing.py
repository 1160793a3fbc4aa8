"""`vigie import customers|services FILE`: from CSV, JSON or JSON lines; each bad row is told, the rest is imported."""

import argparse
import gc
import sys
from collections.abc import Callable
from pathlib import Path

from vigie.config import command
from vigie.config.progress import Bar
from vigie.config.terminal import Refused, complain, gettext_noop, say
from vigie.config.terminal import gettext as _

_OBJECTS = 50_000  # rows in hand are no garbage: looking through them after every 700 objects takes a tenth of the time
ABOUT = gettext_noop("Take customers or services in from a file")


def configure(parser: argparse.ArgumentParser) -> None:
    command.with_data(parser)
    parser.add_argument("what", choices=["customers", "services"], help=_("what the file lists"))
    parser.add_argument("file", type=Path, help=_("CSV, JSON or JSON lines; may be gzipped"))


def run(args: argparse.Namespace) -> int:
    """0 when every row was taken, 1 when some were refused (they are told on standard error, with line and reason)."""
    command.stand_up()

    from vigie.config import database
    from vigie.inventory import importing
    from vigie.inventory.errors import Unreadable

    database.prepare()
    gc.freeze()
    gc.set_threshold(_OBJECTS)
    bar = Bar(sys.stderr)
    try:
        summary = importing.load_file(args.what, args.file, tell=_teller(bar), progress=bar.show)
    except Unreadable as problem:
        raise Refused(str(problem)) from problem
    except OSError as problem:
        raise Refused(f"{args.file}: {problem.strerror or problem}") from problem
    finally:
        bar.end()
    say(
        _("%(added)d added, %(changed)d changed, %(unchanged)d unchanged, %(refused)d refused")
        % {
            "added": summary.added, "changed": summary.changed,
            "unchanged": summary.unchanged, "refused": summary.refused,
        }
    )  # fmt: skip
    return 1 if summary.refused else 0


def _teller(bar: Bar) -> Callable[[int, str], None]:
    def tell(line: int, reason: str) -> None:
        bar.clear()
        complain(reason if line == 0 else _("line %(line)d: %(reason)s") % {"line": line, "reason": reason})

    return tell
