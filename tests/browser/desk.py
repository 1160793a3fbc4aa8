"""A running demonstration and a Chromium that looks at it. Shared by a worker; tests that change things open tickets of their own."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PASSWORD = "vigie-demo"
DESKTOP, PHONE = (1280, 800), (390, 844)

OVERFLOW = """() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide <= 1) return [];
  return [...document.querySelectorAll('body *')]
    .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .slice(0, 5).map((one) => one.tagName + '.' + one.className + ' sticks out by ' + wide + ' px');
}"""


class Desk:
    """`vigie up --demo` on a port and data folder of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        self.log = folder / "log"
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("VIGIE_", "DJANGO_"))}
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "vigie", "up", "--demo", "--port", str(self.port), "--data", str(folder / "data")],
                cwd=folder, env={**environment, "PYTHONPATH": path, "LANG": "C.UTF-8", **settings}, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def wait(self) -> None:
        """Until it is ready; a process that ended tells its last words."""
        for _attempt in range(1200):
            try:
                urllib.request.urlopen(f"{self.base}/readyz", timeout=5).close()
            except (urllib.error.URLError, OSError):
                if self.process.poll() is not None:
                    raise AssertionError(self.log.read_text()) from None
                time.sleep(0.1)
            else:
                return
        raise AssertionError("not ready after two minutes:\n" + self.log.read_text())

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)


class Visit:
    """Somebody at a screen: a page, who looks, and what went wrong meanwhile."""

    def __init__(self, desk: Desk, context: BrowserContext) -> None:
        self.desk, self.context = desk, context
        self.page: Page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.wrong: list[str] = []
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.page.on("response", lambda answer: self._answered(answer.status, answer.url))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.wrong.append(f"console: {message.text}")

    def _answered(self, status: int, url: str) -> None:
        if status >= 500 or (status == 404 and "/static/" in url):
            self.wrong.append(f"{status} {url}")

    def go(self, path: str) -> Page:
        """Open a path of the desk and wait until nothing loads any more."""
        answer = self.page.goto(self.desk.base + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        self.page.wait_for_load_state("load")
        return self.page

    def faults(self) -> list[str]:
        """What axe finds (WCAG 2.2 AA and its best practices), what sticks out, and what went wrong since the last call."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        faults = [
            f"axe {one['id']}: {one['help']}: {node['html'][:200]} {node['failureSummary'][-250:]}"
            for one in found["violations"]
            for node in one["nodes"]
        ]
        faults += self.page.evaluate(OVERFLOW) + self.wrong
        self.wrong = []
        return faults


class Visitors:
    """Opens visits; signs each person in once and keeps the session."""

    def __init__(self, desk: Desk, browser: Browser) -> None:
        self.desk, self.browser = desk, browser
        self._sessions: dict[str, Any] = {}
        self._spoken: dict[str, str] = {}

    @contextmanager
    def visit(
        self, who: str | None = None, *, language: str = "fr", size: tuple[int, int] = DESKTOP, scheme: str = "light", **options: Any
    ) -> Iterator[Visit]:
        """`who` is the name before `@demo.example`, or nobody. Ends with an assertion that no script failed."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="fr-FR" if language == "fr" else "en-GB",
            timezone_id="Europe/Paris", color_scheme=scheme, reduced_motion="reduce",  # type: ignore[arg-type]
            storage_state=self.session(who) if who else None, is_mobile=size == PHONE, has_touch=size == PHONE, **options,
        )  # fmt: skip
        if who and self._spoken.get(who, "fr") != language:
            self._speak(context, who, language)
        visit = Visit(self.desk, context)
        try:
            yield visit
            assert visit.wrong == []
        finally:
            context.close()

    def _speak(self, context: BrowserContext, who: str, language: str) -> None:
        """Whoever signs in is spoken to in the language of their profile, whatever the browser's."""
        page = context.new_page()
        page.goto(self.desk.base + ("/client" if who.startswith("client") else "/account") + "/settings/profile/")
        page.check(f"[name=language][value={language}]")
        with page.expect_navigation():
            page.click("main button.primary")
        assert page.locator("html").get_attribute("lang") == language
        page.close()
        self._spoken[who] = language

    def session(self, who: str) -> Any:
        if who not in self._sessions:
            context = self.browser.new_context(locale="fr-FR")
            page = context.new_page()
            page.goto(f"{self.desk.base}/account/login/")
            page.fill("input[name=login]", f"{who}@demo.example")
            page.fill("input[name=password]", PASSWORD)
            page.press("input[name=password]", "Enter")
            page.wait_for_url(lambda url: "/account/login" not in url)
            self._sessions[who] = context.storage_state()
            context.close()
        return self._sessions[who]
