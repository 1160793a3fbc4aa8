"""A request's body, read in the event loop with a limit; above 1 MB it goes to an unnamed temporary file."""

import asyncio
import io
import tempfile
from collections.abc import Awaitable, Callable, MutableMapping
from typing import IO, Any

MEMORY = 1024 * 1024
PATIENCE = 30.0  # seconds without a byte before a slow sender is let go

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class TooLarge(Exception):
    """More bytes than the limit."""


class TooSlow(Exception):
    """Nothing came for `PATIENCE` seconds."""


class Gone(Exception):
    """The client left before its body was whole."""


async def read(receive: Receive, declared: int | None, limit: int) -> tuple[IO[bytes], int]:
    """The body as a file at its start, and its size. `declared` is Content-Length; the limit is looked at before reading.

    Raises TooLarge, TooSlow, Gone; the temporary file is gone then too.
    """
    if declared is not None and declared > limit:
        raise TooLarge
    if declared == 0:
        return io.BytesIO(), 0
    pieces: list[bytes] = []
    spool: IO[bytes] | None = None
    size = 0
    try:
        while True:
            try:
                async with asyncio.timeout(PATIENCE):
                    event = await receive()
            except TimeoutError:
                raise TooSlow from None
            if event["type"] == "http.disconnect":
                raise Gone
            piece = event.get("body", b"")
            size += len(piece)
            if size > limit:
                raise TooLarge
            pieces.append(piece)
            if spool is None and size > MEMORY:
                spool = tempfile.TemporaryFile()
            if spool is not None:
                spool.write(b"".join(pieces))
                pieces.clear()
            if not event.get("more_body", False):
                break
    except BaseException:
        if spool is not None:
            spool.close()
        raise
    if spool is None:
        return io.BytesIO(b"".join(pieces)), size
    spool.seek(0)
    return spool, size
