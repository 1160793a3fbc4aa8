"""A running `vigie up` with the world of the journeys; also what bench/pages.py measures."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.journeys.world import PASSWORD

ROOT = Path(__file__).resolve().parents[3]


@dataclass
class House:
    """The server under test: `base` its address, `people` the sign-in addresses by key."""

    base: str
    people: dict[str, str]
    signed_in: dict[str, Any] = field(default_factory=dict)


@contextmanager
def running(data: Path) -> Iterator[House]:
    """Make the world in the empty folder `data` and serve it on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VIGIE_", "DJANGO_"))}
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    env = {**kept, "VIGIE_DATA": str(data), "VIGIE_PORT": str(port), "VIGIE_SITE_URL": base, "PYTHONPATH": path}
    made = subprocess.run(
        [sys.executable, "-m", "tests.browser.journeys.world"], env=env, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    with (data / "log").open("w") as log:
        server = subprocess.Popen([sys.executable, "-m", "vigie", "up"], env=env, stdout=log, stderr=log)
        try:
            _wait(base, server, data / "log")
            yield House(base, json.loads(made.stdout))
        finally:
            server.terminate()
            server.wait(40)


def _wait(base: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(600):
        assert server.poll() is None, log.read_text()[-4000:]
        try:
            urllib.request.urlopen(f"{base}/readyz", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text()[-4000:])


def sign_in(page: Page, address: str) -> None:
    page.goto("/account/login/")
    page.fill("[name=login]", address)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/account/login" not in url)
