"""`/live`: a raw ASGI WebSocket handler, and Server-Sent Events with POST for those whose network has no WebSockets."""

import asyncio
import contextlib
import json
import random
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qs

import structlog
from django.db import Error

from vigie.kernel import inert
from vigie.kernel.crowd import WINDOW, Crowd
from vigie.kernel.live import Hub
from vigie.kernel.page import FORBIDDEN, MANNERS, MANY, UNKNOWN, Doorman, Ended, Guest, Page
from vigie.kernel.pool import Pool
from vigie.kernel.presence import Presence

log = structlog.stdlib.get_logger("vigie.live")

PATIENCE = 15.0  # seconds a new socket may take to say its topics
BEAT = 15.0  # seconds between comments that keep an event stream open
PAGES = 24  # open at once by one person
MESSAGE = 8192  # characters in one message
RECHECK = 30.0  # seconds between looks at a page's session; longer when there are many
RECHECKS = 100  # a second, over all pages

_HEADERS = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store"), *inert.HEADERS]


class Live:
    """The ASGI application of `/live`. `origin_ok(origin, host)` decides whose scripts may connect; `cookie` is the session's;
    `place(scope)` says from where somebody comes.
    """

    def __init__(
        self, *, hub: Hub, presence: Presence, doorman: Doorman, pool: Pool, cookie: str,
        origin_ok: Callable[[str, str], bool], place: Callable[[Any], str],
    ) -> None:  # fmt: skip
        self.hub, self.presence, self.doorman, self.pool, self.cookie = hub, presence, doorman, pool, cookie
        self.origin_ok, self.place = origin_ok, place
        self.crowd = Crowd()
        self.pages: dict[int, set[Page]] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        place = self.place(scope)
        if scope["type"] != "websocket" and scope["method"] not in {"GET", "POST"}:
            await _answer(send, 405, "GET, POST")
        elif scope["type"] != "websocket" and scope["method"] == "POST":
            await (_answer(send, 429) if self.crowd.is_strange(place) else self._post(scope, receive, send))
        elif not self.crowd.enter(place):
            await _crowded(scope, receive, send)
        else:
            try:
                await (self._socket if scope["type"] == "websocket" else self._events)(scope, receive, send)
            finally:
                self.crowd.leave(place)

    async def _socket(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()  # websocket.connect
        if not self._same_site(scope, needed=True):
            await send({"type": "websocket.close", "code": FORBIDDEN})
            return
        await send({"type": "websocket.accept"})
        guest = await self._guest(scope)
        if guest is None or self._crowded(guest):
            await send({"type": "websocket.close", "code": UNKNOWN if guest is None else MANY})
            return
        closing: list[asyncio.Task[None]] = []

        async def tell(text: str, _number: int) -> None:
            if not closing:
                with contextlib.suppress(OSError):  # the client left; `receive` is about to say so
                    await send({"type": "websocket.send", "text": text})

        def close(code: int) -> None:
            if not closing:
                closing.append(asyncio.ensure_future(_close(send, code)))

        page = self._page(guest, tell, close)
        try:
            await self._read(page, receive)
        finally:
            await self._forget(page)
            await asyncio.gather(*closing, return_exceptions=True)

    async def _read(self, page: Page, receive: Any) -> None:
        """Hear the client until it leaves, which it also does after it was closed."""
        patience: float | None = PATIENCE
        while True:
            try:
                async with asyncio.timeout(patience):
                    event = await receive()
                if event["type"] == "websocket.disconnect":
                    return
                text = event.get("text")
                if text is None or len(text) > MESSAGE:
                    raise Ended(MANNERS)
                await page.heard(text)
            except Ended as end:
                page.close(end.code)
            except TimeoutError:
                page.close(MANNERS)
            patience = None

    async def _events(self, scope: Any, receive: Any, send: Any) -> None:
        if not self._same_site(scope, needed=False):
            await _answer(send, 403)
            return
        guest = await self._guest(scope)
        if guest is None or self._crowded(guest):
            await _answer(send, 401 if guest is None else 429)
            return
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        topics = [topic for value in asked.get("topics", []) for topic in value.split(",") if topic]
        last = _header(scope, b"last-event-id") or (asked.get("after") or [""])[0]
        start = [
            (b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no"),
            *inert.HEADERS,
        ]  # fmt: skip
        await send({"type": "http.response.start", "status": 200, "headers": start})
        ended = asyncio.get_running_loop().create_future()

        async def tell(text: str, number: int) -> None:
            line = f"id: {number}\ndata: {text}\n\n" if number else f"data: {text}\n\n"
            await send({"type": "http.response.body", "body": line.encode(), "more_body": True})

        def close(code: int) -> None:
            if not ended.done():
                ended.set_result(code)

        page = self._page(guest, tell, close)
        gone = asyncio.ensure_future(_left(receive))
        try:
            try:
                await page.listen(topics, int(last) if last.isascii() and last.isdigit() else None)
                while not gone.done() and not ended.done():
                    await asyncio.wait({gone, ended}, timeout=BEAT, return_when=asyncio.FIRST_COMPLETED)
                    if not gone.done() and not ended.done():
                        await send({"type": "http.response.body", "body": b": beat\n\n", "more_body": True})
            except Ended as end:
                close(end.code)
            if ended.done() and not gone.done():
                await tell(json.dumps({"kind": "closed", "code": ended.result()}), 0)
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            await asyncio.gather(gone, return_exceptions=True)
            await self._forget(page)

    async def _post(self, scope: Any, receive: Any, send: Any) -> None:
        """Presence from a page on an event stream: `{"presence": {...}}`; 204 when taken, also when nothing listens."""
        if not self._same_site(scope, needed=True):
            await _answer(send, 403)
            return
        guest = await self._guest(scope)
        if guest is None:
            await _answer(send, 401)
            return
        body, more = b"", True
        while more and len(body) <= MESSAGE:
            event = await receive()
            if event["type"] == "http.disconnect":
                return
            body += event.get("body", b"")
            more = event.get("more_body", False)
        try:
            said = json.loads(body) if len(body) <= MESSAGE else None
            if not isinstance(said, dict) or set(said) != {"presence"}:
                raise Ended(MANNERS)
            conversation = said["presence"].get("conversation") if isinstance(said["presence"], dict) else None
            for page in self.pages.get(guest.user_id, ()):
                if f"conversation:{conversation}" in page.listener.topics and page.guest.session == guest.session:
                    await page.heard(json.dumps(said))
                    break
        except (ValueError, Ended) as problem:
            await _answer(send, 429 if isinstance(problem, Ended) and problem.code == MANY else 400)
            return
        await _answer(send, 204)

    async def keep_checking(self) -> None:
        """Look at every page's session again and again, spread out, until cancelled."""
        while True:
            pages = [page for pages in self.pages.values() for page in pages]
            pause = max(RECHECK / max(len(pages), 1), 1 / RECHECKS)
            for page in pages:
                await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311  spreads load, guards nothing
                if page in self.pages.get(page.guest.user_id, ()):
                    try:
                        await page.check_again()
                    except Error:  # no database just now: the next round looks again
                        log.exception("live.unchecked")
            if not pages:
                await asyncio.sleep(1)

    async def check_people(self, user_ids: set[int]) -> None:
        """Look at the pages of these people now: their rights or sessions changed."""
        for page in [page for user_id in user_ids for page in self.pages.get(user_id, ())]:
            await page.check_again()

    def close_all(self, code: int) -> None:
        """The process ends: tell every page to come back to another."""
        for page in [page for pages in self.pages.values() for page in pages]:
            page.close(code)

    def _page(self, guest: Guest, send: Any, close: Any) -> Page:
        page = Page(
            hub=self.hub, presence=self.presence, doorman=self.doorman, pool=self.pool, guest=guest, send=send, close=close,
        )  # fmt: skip
        self.pages.setdefault(guest.user_id, set()).add(page)
        return page

    async def _forget(self, page: Page) -> None:
        pages = self.pages.get(page.guest.user_id, set())
        pages.discard(page)
        if not pages:
            self.pages.pop(page.guest.user_id, None)
        await page.leave()

    async def _guest(self, scope: Any) -> Guest | None:
        for name, value in scope["headers"]:
            if name == b"cookie":
                for part in value.decode("latin-1").split(";"):
                    key, _equals, session = part.strip().partition("=")
                    if key == self.cookie and session:
                        guest = await self.pool.run(partial(self.doorman.admit, session))
                        if guest is None:
                            self.crowd.turned_away(self.place(scope))
                        return guest
        self.crowd.turned_away(self.place(scope))
        return None

    def _crowded(self, guest: Guest) -> bool:
        return len(self.pages.get(guest.user_id, ())) >= PAGES

    def _same_site(self, scope: Any, *, needed: bool) -> bool:
        origin = _header(scope, b"origin")
        if not origin:
            return not needed and _header(scope, b"sec-fetch-site") in {"", "same-origin", "none"}
        return self.origin_ok(origin, _header(scope, b"host"))


def _header(scope: Any, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def _left(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _crowded(scope: Any, receive: Any, send: Any) -> None:
    """Too many from one place: a handshake is refused before it is one (HTTP 403)."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": MANY})
    else:
        await _answer(send, 429)


async def _close(send: Any, code: int) -> None:
    with contextlib.suppress(OSError, RuntimeError):  # gone, or closed from the other side at the same moment
        await send({"type": "websocket.close", "code": code})


async def _answer(send: Any, status: int, allow: str = "") -> None:
    headers = [*_HEADERS, *([(b"allow", allow.encode())] if allow else []), (b"content-length", b"0")]
    if status == 429:
        headers.insert(-1, (b"retry-after", str(WINDOW).encode()))
    if status == 204:
        headers = headers[1:-1]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
