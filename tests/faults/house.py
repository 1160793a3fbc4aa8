"""An installation in a folder of its own, and `vigie` processes that can be killed."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

from tests.databases import ROOT, SqliteDatabase


class House:
    """A migrated data folder; processes started in it end with it. `settings` are more of its environment: with
    VIGIE_DATABASE_URL in it the folder gets no SQLite file.
    """

    def __init__(self, **settings: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="vigie-house-"))
        self.database = self.folder / "vigie.sqlite3"
        if "VIGIE_DATABASE_URL" not in settings:
            shutil.copy(SqliteDatabase().template, self.database)
        self.port = free_port()
        self.processes: list[subprocess.Popen[bytes]] = []
        self.log = (self.folder / "log").open("ab")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("VIGIE_", "DJANGO_"))}
        self.environment = {
            **kept,
            "VIGIE_DATA": str(self.folder),
            "VIGIE_PORT": str(self.port),
            "VIGIE_SITE_URL": self.url(""),
            "DJANGO_SETTINGS_MODULE": "vigie.config.settings",
            **settings,
        }

    def url(self, path: str, port: int | None = None) -> str:
        return f"http://127.0.0.1:{port or self.port}{path}"

    def start(self, *words: str, **more: str) -> subprocess.Popen[bytes]:
        """`python WORDS` in the folder's environment (and `more` of it), in a process group of its own."""
        process = subprocess.Popen(
            [sys.executable, *words], cwd=ROOT, env={**self.environment, **more}, stdout=self.log, stderr=self.log, start_new_session=True
        )
        self.processes.append(process)
        return process

    def run(self, code: str) -> str:
        """Run Python with Django set up in the folder; what it printed."""
        words = [sys.executable, "-c", "import django; django.setup()\n" + code]
        return subprocess.run(words, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True).stdout.strip()

    def up(self) -> subprocess.Popen[bytes]:
        """`vigie up`, ready."""
        process = self.start("-m", "vigie", "up")
        self.wait_until_ready(process, self.port)
        return process

    def web(self, port: int) -> subprocess.Popen[bytes]:
        """`vigie web` on that port, ready."""
        process = self.start("-m", "vigie", "web", "--port", str(port))
        self.wait_until_ready(process, port)
        return process

    def wait_until_ready(self, process: subprocess.Popen[bytes], port: int) -> None:
        until = time.monotonic() + 90
        while time.monotonic() < until and process.poll() is None:
            try:
                if httpx.get(self.url("/readyz", port), timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise RuntimeError((self.folder / "log").read_text()[-4000:])

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.database, timeout=20)) as connection:
            return connection.execute(sql, values).fetchall()

    def lines(self) -> list[dict[str, Any]]:
        """The log so far."""
        text = (self.folder / "log").read_text()
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.log.close()
        shutil.rmtree(self.folder)


def free_port() -> int:
    with closing(socket.socket()) as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])
