"""The floor under opening a ticket: what a bare WSGI handler reaches on the same server with the same durable inserts by hand.

    python -m bench.floor [--seconds 5] [--rounds 3] [--clients 8]

Four servers, one process each, measured in turn within each round; the median of the rounds is printed:
  ping    a constant page through the bridge           (the cost of server and bridge)
  sql     seven rows in one durable transaction, sqlite3 by hand, one writer at a time by the turn of kernel/sqlite
  plain   the same with a plain lock in place of the turn
  django  the same rows with hand SQL inside Django's atomic() on Vigie's backend, behind Django's handler
"""

import argparse
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.load import Rates, drive, free_port, load_line, post, wait_until_open
from vigie.kernel.sqlite.turn import Turn

ROOT = Path(__file__).resolve().parent.parent
TABLES = """
CREATE TABLE IF NOT EXISTS conversation (id INTEGER PRIMARY KEY AUTOINCREMENT, customer INTEGER, subject TEXT, key TEXT UNIQUE, at TEXT);
CREATE TABLE IF NOT EXISTS message (id INTEGER PRIMARY KEY AUTOINCREMENT, conversation INTEGER, seq INTEGER, body TEXT, html TEXT, at TEXT, UNIQUE (conversation, seq));
CREATE TABLE IF NOT EXISTS ticket (id INTEGER PRIMARY KEY AUTOINCREMENT, conversation INTEGER UNIQUE, department TEXT, priority TEXT, due TEXT, state TEXT);
CREATE INDEX IF NOT EXISTS ticket_open ON ticket (department, priority, due, id) WHERE state != 'closed';
CREATE TABLE IF NOT EXISTS clock (id INTEGER PRIMARY KEY AUTOINCREMENT, conversation INTEGER, kind TEXT, due TEXT);
CREATE INDEX IF NOT EXISTS clock_due ON clock (due);
CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT, kind TEXT, conversation INTEGER, data TEXT);
CREATE INDEX IF NOT EXISTS entry_conversation ON entry (conversation, id);
"""
NOW = "2026-11-24 12:40:00"
BODY = "Bonjour, mon serveur ne répond plus au ping depuis ce matin. " * 8


def insert(run: Callable[..., Any]) -> None:
    """The rows of one ticket; `run(sql, values)` gives a cursor."""
    number = run("INSERT INTO conversation (customer, subject, key, at) VALUES (?, ?, ?, ?)", (1, "Panne", uuid.uuid4().hex, NOW)).lastrowid
    run("INSERT INTO message (conversation, seq, body, html, at) VALUES (?, 1, ?, ?, ?)", (number, BODY, BODY, NOW))
    run("INSERT INTO ticket (conversation, department, priority, due, state) VALUES (?, 'technical', 'high', ?, 'new')", (number, NOW))
    for kind in ("acknowledgement", "first_reply"):
        run("INSERT INTO clock (conversation, kind, due) VALUES (?, ?, ?)", (number, kind, NOW))
    for kind in ("ticket.opened", "message.posted"):
        run("INSERT INTO entry (at, kind, conversation, data) VALUES (?, ?, ?, '{}')", (NOW, kind, number))


class Whole(list[bytes]):
    """A WSGI answer in one piece, as Django's are."""

    streaming = False

    def close(self) -> None:
        """Nothing to close."""


def ping(_environ: Any, start: Any) -> Whole:
    start("200 OK", [("Content-Type", "text/plain")])
    return Whole([b"pong"])


_local = threading.local()


class PlainLock:
    """What the turn is compared with (kind `plain`): whoever comes by takes it, whoever waits may wait long."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def take(self, patience: float) -> None:
        self._lock.acquire(timeout=patience)

    def give(self) -> None:
        self._lock.release()


_turn: Turn | PlainLock = Turn()


def sql(environ: Any, start: Any) -> Whole:
    """Durable rows by hand, one writer at a time."""
    environ["wsgi.input"].read()
    connection = getattr(_local, "connection", None)
    if connection is None:
        connection = _local.connection = sqlite3.connect(os.environ["BENCH_DATABASE"], timeout=20, isolation_level=None)
        connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
    _turn.take(20)
    try:
        connection.execute("BEGIN IMMEDIATE")
        insert(connection.execute)
        connection.execute("COMMIT")
    finally:
        _turn.give()
    return ping(environ, start)


def django_view(request: Any) -> Any:
    """The same rows inside Django's transaction."""
    from django.db import connection, transaction
    from django.http import HttpResponse

    with transaction.atomic(), connection.cursor() as cursor:

        def run(text: str, values: tuple[Any, ...]) -> Any:
            cursor.execute(text.replace("?", "%s"), values)
            return cursor

        insert(run)
    return HttpResponse(b"pong", content_type="text/plain")


def serve(kind: str, port: int) -> None:
    """One server process, until it is terminated."""
    import uvicorn

    from vigie.config import logs
    from vigie.config.bridge import Bridge

    logs.configure("WARNING")
    if kind == "plain":
        global _turn  # noqa: PLW0603  one process, one kind
        _turn = PlainLock()
    app: Any = {"ping": ping, "sql": sql, "plain": sql}.get(kind)
    if app is None:
        import django
        from django.conf import settings
        from django.urls import path

        django.setup()
        from django.core.handlers.wsgi import WSGIHandler

        settings.ROOT_URLCONF = type("Urls", (), {"urlpatterns": [path("", django_view)]})
        settings.MIDDLEWARE = []
        app = WSGIHandler()
    sys.setswitchinterval(0.001)
    bridge = Bridge(app, threads=int(os.environ.get("VIGIE_THREADS", "8")), limit=1 << 20)
    uvicorn.run(bridge, port=port, loop="uvloop", http="httptools", lifespan="off", log_config=None, access_log=False)


def measure(kind: str, seconds: float, clients: int) -> Rates:
    """A fresh server on a fresh database, warmed up, then loaded."""
    with tempfile.TemporaryDirectory(prefix="vigie-bench-", dir=os.environ.get("BENCH_DIR")) as folder:
        port, database = free_port(), str(Path(folder) / "vigie.sqlite3")
        with sqlite3.connect(database) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(TABLES)
        connection.close()
        environment = {**os.environ, "VIGIE_DATA": folder, "BENCH_DATABASE": database, "DJANGO_SETTINGS_MODULE": "vigie.config.settings"}
        server = subprocess.Popen([sys.executable, "-m", "bench.floor", "--serve", kind, "--port", str(port)], cwd=ROOT, env=environment)
        try:
            wait_until_open(port)
            drive(port, _ticket, _is_good, clients=clients, seconds=0.5)
            return drive(port, _ticket, _is_good, clients=clients, seconds=seconds)
        finally:
            server.terminate()
            server.wait()


def _ticket(_number: int) -> bytes:
    return post("/", "subject=Panne&body=" + "x" * 480)


def _is_good(head: str) -> bool:
    return head.startswith("HTTP/1.1 200")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        serve(args.serve, args.port)
        return
    kinds = ("ping", "sql", "plain", "django")
    found: dict[str, list[Rates]] = {kind: [] for kind in kinds}
    print(load_line())
    for number in range(args.rounds):
        for kind in kinds:
            one = measure(kind, args.seconds, args.clients)
            found[kind].append(one)
            print(f"round {number + 1}  {kind:7}{one.rate:8.0f}/s   p50 {one.p50:6.2f} ms   p99 {one.p99:6.2f} ms   {load_line()}")
    middle = {
        kind: Rates(*(statistics.median(getattr(one, name) for one in rows) for name in ("rate", "p50", "p99")))
        for kind, rows in found.items()
    }
    for kind, one in middle.items():
        print(f"median   {kind:7}{one.rate:8.0f}/s   p50 {one.p50:6.2f} ms   p99 {one.p99:6.2f} ms   p99/p50 {one.p99 / one.p50:.1f}")
    print(f"django/sql {middle['django'].rate / middle['sql'].rate:.2f}   p99 plain/sql {middle['plain'].p99 / middle['sql'].p99:.2f}")


if __name__ == "__main__":
    main()
