"""From a WSGI answer to ASGI messages: whole, or in pieces while the client listens."""

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Any

from vigie.config.body import Receive
from vigie.kernel import inert
from vigie.kernel.pool import Pool


class Reply:
    """What the WSGI application said. `response` is set only for an answer to be streamed."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""
        self.response: Iterable[bytes] | None = None

    def start(self, status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> None:
        """WSGI's `start_response`. Header names go out in lower case, values in Latin-1 (Django encodes others itself)."""
        self.status = int(status[:3])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]

    def fail(self) -> None:
        """Turn into a plain 500."""
        self.status = 500
        self.body = b"Internal server error\n"
        self.headers = [(b"content-type", b"text/plain; charset=utf-8"), *inert.HEADERS]
        self.response = None


async def stream(pool: Pool, reply: Reply, receive: Receive, send: Any, *, is_head: bool) -> None:
    """Send the reply. Pieces are fetched in a thread, one at a time, so that a slow reader holds no thread."""
    bodiless = is_head or reply.status in {204, 304} or reply.status < 200
    if reply.response is None:
        if not any(name == b"content-length" for name, _value in reply.headers) and reply.status not in {204, 304}:
            reply.headers.append((b"content-length", str(len(reply.body)).encode()))
        await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
        await send({"type": "http.response.body", "body": b"" if bodiless else reply.body})
        return
    response = reply.response
    left = asyncio.ensure_future(_disconnected(receive))
    try:
        await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
        if not bodiless:
            pieces = iter(response)
            while not left.done() and (piece := await pool.run(lambda: next(pieces, None))) is not None:
                if piece:
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        left.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await left
        close = getattr(response, "close", None)
        if close is not None:
            await pool.run(close)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
