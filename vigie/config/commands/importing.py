"""`vigie import customers|services FILE`: CSV or JSON into the database, as docs/importing.md says."""

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from vigie.config import command
from vigie.config.terminal import Refused, complain, ngettext, say
from vigie.config.terminal import gettext as _

ABOUT = "Import customers or services from CSV or JSON"
_WIDTH = 30
_EVERY = 0.1  # seconds between two drawings

Row = TypeVar("Row")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["customers", "services"], help=_("what the rows are"))
    parser.add_argument("file", type=Path, help=_("CSV, JSON array or JSON lines; may be gzipped"))
    command.with_data(parser)


def run(args: argparse.Namespace) -> int:
    """0: every row stands as the file says; 1: nothing could be done, or some rows were refused (each told on stderr)."""
    command.stand_up()

    from vigie.config import database
    from vigie.inventory import importing
    from vigie.inventory.errors import Unreadable

    database.require_migrated()
    load = importing.load_customers if args.what == "customers" else importing.load_services
    bar = Bar(sys.stderr.isatty())

    def tell(line: int, reason: str) -> None:
        bar.clear()
        complain(_("line %(line)d: %(reason)s") % {"line": line, "reason": reason} if line else reason)

    try:
        with importing.Source(args.file) as source:
            summary = load(bar.watch(source.rows(), lambda: (source.done, source.size)), tell=tell)
    except OSError as error:
        raise Refused(f"{args.file}: {error.strerror or error}") from error
    except Unreadable as error:
        raise Refused(f"{args.file}: {error}") from error
    finally:
        bar.clear()
    say(
        _("%(added)d added, %(changed)d changed, %(unchanged)d unchanged, %(refused)d refused")
        % {
            "added": summary.added,
            "changed": summary.changed,
            "unchanged": summary.unchanged,
            "refused": summary.refused,
        }
    )
    if not summary.refused:
        return 0
    complain(
        ngettext("%(count)d row was refused.", "%(count)d rows were refused.", summary.refused)
        % {"count": summary.refused}
    )
    return 1


class Bar:
    """One line on the terminal that fills while rows go by; nothing where there is no terminal."""

    def __init__(self, shown: bool) -> None:
        self.shown = shown
        self.drawn = 0.0

    def watch(self, rows: Iterable[Row], progress: Callable[[], tuple[int, int]]) -> Iterator[Row]:
        """Pass `rows` on; `progress()` is how much is done of how much."""
        began = time.monotonic()
        for count, row in enumerate(rows, 1):
            yield row
            if self.shown and count % 256 == 0 and (now := time.monotonic()) - self.drawn >= _EVERY:
                self.drawn = now
                self._draw(*progress(), count, count / max(now - began, 0.001))

    def clear(self) -> None:
        """Take the line away, so that another may be written."""
        if self.shown and self.drawn:
            sys.stderr.write("\r\x1b[K")

    def _draw(self, done: int, size: int, count: int, rate: float) -> None:
        share = min(1.0, done / max(size, 1))
        full = round(share * _WIDTH)
        told = ngettext("%(count)d row, %(rate)d/s", "%(count)d rows, %(rate)d/s", count) % {
            "count": count,
            "rate": rate,
        }
        sys.stderr.write(f"\r{'█' * full}{'░' * (_WIDTH - full)} {share:4.0%}  {told}\x1b[K")
        sys.stderr.flush()
