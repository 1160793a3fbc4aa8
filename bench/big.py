"""A big database by raw SQL, built once under a folder and kept: tickets (5 % open), a message each, searchable.

Vigie's own migrations make the tables; the rows are plausible, not made by the verbs (a million of those would take an hour).
"""

import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from vigie.kernel.search.fts5 import BLOCK

FOLDER = Path(os.environ.get("VIGIE_BENCH", str(Path(tempfile.gettempdir()) / "vigie-bench")))
START = datetime(2026, 1, 1, tzinfo=UTC)
_PLAIN = str.maketrans("éèâ", "eea")
_STEP = 20_000
CUSTOMERS = 2000
RARE, LARGE = CUSTOMERS + 1, CUSTOMERS + 2
"""Customers with one message in 50,000 (20 of a million), and with a tenth of all; the others share the rest alike."""

_WORDS = [
    *("serveur", "bonjour", "merci", "panne", "disque", "réseau", "ping", "facture", "paiement", "redémarrage", "console", "rescue"),
    *("adresse", "commande", "lent", "erreur", "timeout", "certificat", "domaine", "sauvegarde", "migration", "mémoire", "noyau"),
    *(f"mot{n}" for n in range(20_000)),
]
_WEIGHTS = list(accumulate(1 / (n + 2) for n in range(len(_WORDS))))  # as in any language: few words make most of the text


def database(tickets: int) -> Path:
    """The folder of the data (`VIGIE_DATA`) with so many tickets; built when it is not there yet."""
    data = FOLDER / f"{tickets}"
    if (data / "ready").exists():
        return data
    data.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--skip-checks", "-v", "0", "--settings", "vigie.config.settings"],
        env={**os.environ, "VIGIE_DATA": str(data)},
        check=True,
    )
    base = sqlite3.connect(data / "vigie.sqlite3")
    base.execute("PRAGMA synchronous=OFF")
    base.execute("PRAGMA cache_size=-200000")
    _people(base)
    for at in range(1, tickets + 1, _STEP):
        with base:
            _tickets(base, range(at, min(at + _STEP, tickets + 1)))
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()
    (data / "ready").touch()
    print(f"built {tickets} tickets in {time.perf_counter() - start:.0f} s: {data}", file=sys.stderr)
    return data


def _pool() -> list[str]:
    chance = random.Random(1)
    return [" ".join(["serveur", *chance.choices(_WORDS, cum_weights=_WEIGHTS, k=28)]) for _n in range(5000)]


_TEXTS = _pool()


_FIFTHS = ("gauche", "droite", "dessus", "dessous", "dedans")
_OLD = 500_000


def text_of(number: int) -> str:
    """About 34 words; `serveur` in every one, `rare<n>` in one of a thousand, and words that never meet.

    Those are: five words, each in a fifth of the messages; `pair` and `impair`; `ancien` up to the 500,000th, `moderne` from there.
    """
    own = f"rare{number // 1000}" if number % 1000 == 0 else f"ref{number}"
    age = "ancien" if number < _OLD else "moderne"
    return f"{_TEXTS[number % len(_TEXTS)]} {own} {_FIFTHS[number % 5]} {'impair' if number % 2 else 'pair'} {age}"


def _put(base: sqlite3.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    names = list(rows[0])
    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    base.executemany(statement, ([row[name] for name in names] for row in rows))


def _people(base: sqlite3.Connection) -> None:
    at = _instant(0)
    with base:
        _put(base, "people_user", [
            {"id": n, "password": "!", "email": f"agent{n}@bench.example", "name": f"Agent {n}", "role": "agent", "language": "fr",
             "timezone": "Europe/Paris", "theme": "auto", "keys": 1, "is_active": 1, "created_at": at} for n in range(1, 41)
        ])  # fmt: skip
        _put(base, "people_customer", [
            {"id": n, "name": f"Client {n}", "reference": f"C{n}", "registered_address": f"c{n}@bench.example", "language": "fr",
             "timezone": "Europe/Paris", "plan": "", "is_active": 1, "created_at": at, "updated_at": at}
            for n in range(1, LARGE + 1)
        ])  # fmt: skip


def _tickets(base: sqlite3.Connection, numbers: range) -> None:
    texts = {n: text_of(n) for n in numbers}
    _put(base, "conversations_conversation", [
        {"id": n, "channel": "ticket", "customer_id": _customer(n), "subject": texts[n][:60], "language": "fr", "trust": "verified",
         "evidence": "[]", "last_seq": 1, "last_public_seq": 1, "created_at": _instant(n), "updated_at": _instant(n)}
        for n in numbers
    ])  # fmt: skip
    _put(base, "conversations_message", [
        {"id": n, "conversation_id": n, "seq": 1, "author": "customer", "author_name": "Camille", "channel": "ticket", "is_note": 0,
         "body": texts[n], "html": f"<p>{texts[n]}</p>", "trust": "verified", "created_at": _instant(n)}
        for n in numbers
    ])  # fmt: skip
    base.executemany(
        "INSERT INTO message_search (rowid, text, scope) VALUES (?, ?, ?)",
        ((n, texts[n].translate(_PLAIN), f"c{_customer(n)} b{n // BLOCK}") for n in numbers),
    )
    words = {word for n in numbers for word in texts[n].translate(_PLAIN).split() if len(word) > 3}
    base.executemany("INSERT OR IGNORE INTO message_word (word) VALUES (?)", ((word,) for word in sorted(words)))
    _put(base, "tickets_ticket", [_ticket(n, texts[n]) for n in numbers])
    base.executemany("INSERT INTO tickets_tag (ticket_id, name) VALUES (?, ?)", ((n, "vps") for n in numbers if n % 3 == 0))


def _ticket(n: int, text: str) -> dict[str, Any]:
    odd = n // 20 % 2
    state = ("new", "open")[odd] if n % 20 == 0 else ("waiting", "solved")[odd] if n % 20 == 1 else "closed"
    open_ = state in {"new", "open"}
    return {
        "conversation_id": n, "number": 1000 + n, "department_id": "financial" if n % 5 == 0 and n % 3 == 0 else "technical",
        "priority": "high" if n % 400 == 0 else "regular", "urgency": 0 if n % 400 == 0 else 1, "state": state,
        "assignee_id": None if open_ and n % 40 else 1 + n % 40, "began_zone": "", "diagnostics": "", "snippet": text[:120],
        "due_at": _instant(n + 600) if open_ else None, "queue_at": _instant(n + 600), "opened_at": _instant(n),
        "solved_at": None if open_ or state == "waiting" else _instant(n + 900), "score_comment": "",
    }  # fmt: skip


def _customer(n: int) -> int:
    if n % 50_000 == 7:
        return RARE
    if n % 10 == 0:
        return LARGE
    return 1 + n * 7919 % CUSTOMERS


def _instant(n: int) -> str:
    return f"{START + timedelta(seconds=20 * n):%Y-%m-%d %H:%M:%S}"


def load() -> str:
    """What else the machine does, to be read with every figure."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
