"""Opening a ticket over HTTP, signed in and with CSRF, against the limit and a peer, in one interleaved run.

    python -m bench.opening [--seconds 4] [--rounds 3] [--peer]

vigie     `vigie up`, one process, the client area's form, durable SQLite
bare      a bare WSGI handler on the same server that writes the same rows with sqlite3 by hand
bare, whole   the same, and in a second transaction what the acknowledgement of a ticket writes
helpdesk  django-helpdesk from PyPI on SQLite, gunicorn with two workers, in three ways (see `peers.helpdesk`)

Vigie's acknowledgements begin to be written when a burst has lasted five seconds: longer runs are measured against `whole`.
Vigie's own mails are handed to the same SMTP server as the peer's.
"""

import argparse
import json
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import desk
from bench.load import Check, Rates, Request, drive, load_line
from bench.peers import helpdesk
from bench.peers.smtp import sink

Target = tuple[int, Request, Check]


@contextmanager
def vigie(folder: Path) -> Iterator[Target]:
    found = desk.founded(folder)
    with sink() as smtp, desk.serving(["-W", "ignore", "-m", "vigie", "up", "--data", str(folder)], folder, smtp) as (port, _pid):
        yield port, found.opening, lambda head: " 302 " in head and "/client/tickets/" in head


@contextmanager
def bare(folder: Path, *, whole: bool) -> Iterator[Target]:
    found = desk.founded(folder)
    (folder / "statements.json").write_text(json.dumps([found.statements, found.following] if whole else [found.statements]))
    with desk.serving(["-m", "bench.bare", str(folder)], folder) as (port, _pid):
        yield port, found.opening, lambda head: " 302 " in head


@contextmanager
def peer(folder: Path, way: str) -> Iterator[Target]:
    cache = Path(tempfile.gettempdir()) / "vigie-bench-peers"
    with sink() as smtp, helpdesk.serving(cache, folder, way, smtp) as (port, request):
        yield port, request, lambda head: " 302 " in head and "key=" in head


def measure(kind: str, seconds: float) -> Rates:
    """A fresh server on a fresh database, warmed up, then loaded by eight clients."""
    with tempfile.TemporaryDirectory(prefix="vigie-bench-") as folder:
        opened = {
            "vigie": vigie(Path(folder)),
            "bare": bare(Path(folder), whole=False),
            "bare, whole": bare(Path(folder), whole=True),
            **{f"helpdesk {way}": peer(Path(folder), way) for way in helpdesk.SETTLED},
        }[kind]
        with opened as (port, request, check):
            drive(port, request, check, seconds=1)
            return drive(port, request, check, seconds=seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer", action="store_true", help="django-helpdesk too")
    given = parser.parse_args()
    peers = [f"helpdesk {way}" for way in helpdesk.SETTLED] if given.peer else []
    kinds = ["vigie", "bare", "bare, whole", *peers]
    found: dict[str, list[Rates]] = {kind: [] for kind in kinds}
    for number in range(given.rounds):
        for kind in kinds:
            rates = measure(kind, given.seconds)
            found[kind].append(rates)
            print(f"round {number + 1} {kind:18} {rates.rate:7.0f}/s  p50 {rates.p50:6.1f} ms  p99 {rates.p99:6.1f} ms  {load_line()}", flush=True)
    middle = {kind: statistics.median(rates.rate for rates in every) for kind, every in found.items()}
    tail = statistics.median(rates.p99 / rates.p50 for rates in found["vigie"])
    print(f"vigie / bare {middle['vigie'] / middle['bare']:.2f} (wanted: 0.5), p99 / p50 {tail:.1f} (wanted: at most 6)")
    print(f"vigie / bare, whole {middle['vigie'] / middle['bare, whole']:.2f}")
    for kind in peers:
        print(f"vigie / {kind} {middle['vigie'] / middle[kind]:.1f} (wanted: 6)")


if __name__ == "__main__":
    main()
