"""A real `vigie up` with small worlds of its own, for the journeys that change things, end sessions and cut connections."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.journeys.world import PASSWORD

ROOT = Path(__file__).resolve().parents[3]


@dataclass
class House:
    """The server under test: `base` its address, `people` the sign-in addresses by key."""

    base: str
    people: dict[str, str]
    signed_in: dict[str, Any] = field(default_factory=dict)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    data = tmp_path_factory.mktemp("house")
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


Visit = Callable[..., Page]


@pytest.fixture
def visit(house: House, browser: Browser) -> Iterator[Visit]:
    """`visit("helene", "/client/", width=390, dark=True)`: a page of somebody signed in.

    The test fails when a script raised an error or the policy refused something.
    """
    opened, wrong = [], []

    def visit_(who: str, path: str = "/client/", *, width: int = 1280, dark: bool = False, **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 500 else 900},
            color_scheme="dark" if dark else "light",
            timezone_id="Europe/Paris",
            storage_state=house.signed_in.get(who),
            base_url=house.base,
            **{"locale": "fr-FR", **options},
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
        if who not in house.signed_in:
            sign_in(page, house.people[who])
            house.signed_in[who] = context.storage_state()
        page.goto(path)
        return page

    yield visit_
    for context in opened:
        context.close()
    assert not wrong, wrong


def sign_in(page: Page, address: str) -> None:
    page.goto("/account/login/")
    page.fill("[name=login]", address)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/account/login" not in url)
