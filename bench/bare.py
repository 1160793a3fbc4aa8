"""The limit: a bare WSGI handler on Vigie's own server, writing with sqlite3 by hand what one ticket writes.

`python -m bench.bare FOLDER --port N` serves it on a founded folder. No session, no form, no template: only the statements.
"""

import argparse
import itertools
import json
import sqlite3
import sys
import threading
import uuid
from pathlib import Path
from typing import Any

from vigie.config import logs
from vigie.config.bridge import Bridge
from vigie.kernel.sqlite.turn import Turn

_local = threading.local()
_turn = Turn()

Statement = tuple[str, list[list[Any]]]


class Answer(list[bytes]):
    """A WSGI answer in one piece, as Django's are."""

    streaming = False

    def close(self) -> None:
        """Nothing to close."""


class Handler:
    """Replays the statements at each request, in so many durable transactions."""

    def __init__(self, database: Path, transactions: list[list[Statement]]) -> None:
        self.database = database
        self.transactions = [[(sql.replace("%s", "?"), every) for sql, every in one] for one in transactions]
        self.numbers = itertools.count(1_000_000)

    def __call__(self, environ: dict[str, Any], start: Any) -> Answer:
        environ["wsgi.input"].read()
        connection = getattr(_local, "connection", None)
        if connection is None:
            connection = _local.connection = sqlite3.connect(self.database, timeout=20, isolation_level=None)
            connection.executescript("PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-16000;PRAGMA temp_store=MEMORY;")
        known: dict[Any, Any] = {"@key": uuid.uuid4().hex, "@unique": uuid.uuid4().hex, "@number": next(self.numbers)}
        for statements in self.transactions:
            self._write(connection, statements, known)
        start("302 Found", [("Location", "/client/tickets/1/"), ("Content-Length", "0")])
        return Answer([b""])

    def _write(self, connection: sqlite3.Connection, statements: list[Statement], known: dict[Any, Any]) -> None:
        _turn.take(20)
        try:
            connection.execute("BEGIN IMMEDIATE")
            for sql, every in statements:
                values = [[known.get(value, value) for value in row] for row in every]
                if len(values) > 1:
                    connection.executemany(sql, values)
                    continue
                cursor = connection.execute(sql, values[0])
                cursor.fetchall()
                if "@conversation" not in known:
                    known["@conversation"] = cursor.lastrowid
                elif "@message" not in known:
                    known["@message"] = cursor.lastrowid
                if "journal_entry" in sql:
                    known["@entry"] = cursor.lastrowid
            connection.execute("COMMIT")
        finally:
            _turn.give()


def main() -> None:
    import uvicorn

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    logs.configure("WARNING")
    sys.setswitchinterval(0.001)
    transactions = json.loads((given.folder / "statements.json").read_text())
    bridge = Bridge(Handler(given.folder / "vigie.sqlite3", transactions), threads=8, limit=1 << 20)
    uvicorn.run(bridge, port=given.port, loop="uvloop", http="httptools", lifespan="off", log_config=None, access_log=False)


if __name__ == "__main__":
    main()
