"""The one process as an ASGI application: live sockets, health, and Django's pages behind the bridge."""

import asyncio
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from vigie.config import proxies
from vigie.config.bridge import Bridge, Environ, WsgiApp
from vigie.config.health import Health
from vigie.config.logs import log
from vigie.config.works import Works
from vigie.kernel import baton, inert, sql

_HEALTH = {"/healthz", "/readyz", "/metrics"}
_NOT_FOUND = (404, b"text/plain; charset=utf-8", b"This process serves no pages.\n")


class Application:
    """Routes by path. Without `web` only health is answered; without `work` reactions and jobs run elsewhere."""

    def __init__(self, *, web: bool, work: bool) -> None:
        trusted = proxies.networks(settings.TRUSTED_PROXIES)
        self.works = Works(web=web, work=work, busy=self._is_busy)
        self.health = Health(self.works, trusted)
        self.pages = (
            Bridge(_one_at_a_time(get_wsgi_application()), threads=settings.THREADS, limit=settings.REQUEST_BYTES, trusted=trusted)
            if web
            else None
        )

    def _is_busy(self) -> bool:
        """Whether several pages are being made or waited for."""
        return self.pages is not None and self.pages.pool.waiting > 1

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        kind, path = scope["type"], scope.get("path")
        if kind == "lifespan":
            await self._live(receive, send)
        elif path in _HEALTH and kind == "http":
            await _reply(send, scope["method"], *await self.health.answer(scope))
        elif self.pages is None:
            await _reply(send, scope["method"], *_NOT_FOUND)
        elif path == "/live":
            await self.works.live(scope, receive, send)
        elif kind == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4404})
        else:
            await self.pages(scope, receive, send)

    async def _live(self, receive: Any, send: Any) -> None:
        """The lifespan: start before the first request, stop after the last."""
        await receive()
        try:
            await self.works.start()
        except Exception as problem:  # noqa: BLE001  logged, and told to the server
            log.exception("start.failed")
            await send({"type": "lifespan.startup.failed", "message": str(problem)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.works.stop()
        if self.pages is not None:
            await asyncio.to_thread(self.pages.pool.close)
        await send({"type": "lifespan.shutdown.complete"})


def _one_at_a_time(app: WsgiApp) -> WsgiApp:
    """Pages computed with the baton in hand; not on PostgreSQL, where a page waits for the network at every statement."""
    if not sql.on_sqlite():
        return app

    def answer(environ: Environ, start: Any) -> Iterable[bytes]:
        with baton.held():
            return app(environ, start)

    return answer


async def _reply(send: Any, method: str, status: int, kind: bytes, body: bytes) -> None:
    headers = [
        (b"content-type", kind), (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store"), *inert.HEADERS,
    ]  # fmt: skip
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})
