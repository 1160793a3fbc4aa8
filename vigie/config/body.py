"""A request's body, read in the event loop with a limit; above 1 MB it goes to an unnamed temporary file."""

import asyncio
import contextlib
import io
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import IO, Any

from vigie.config.room import SMALL, Full, Room, Share

MEMORY = 1024 * 1024
PATIENCE = 30.0  # seconds without a byte before a slow sender is let go
PACE = 512  # bytes a second a large body comes at, on average, once it had `PATIENCE` to get going
DRAIN = 10.0  # seconds a refused body is read to be forgotten

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class TooLarge(Exception):
    """More bytes than the limit. `more`: the sender is still sending."""

    def __init__(self, *, more: bool = True) -> None:
        super().__init__()
        self.more = more


class TooSlow(Exception):
    """Nothing came for `PATIENCE` seconds, or a large body came below `PACE`."""


class Gone(Exception):
    """The client left before its body was whole."""


class Spool:
    """Bytes as they come: in memory first, in a file without a name once there are many.

    Above `SMALL` it holds a share of the room; closing it gives that back.
    """

    def __init__(self, room: Room, address: str) -> None:
        self.size = 0
        self.file: IO[bytes] = io.BytesIO()
        self._room, self._address = room, address
        self._share: Share | None = None
        self._began = 0.0

    def add(self, piece: bytes) -> None:
        """Raises `room.Full`, TooSlow."""
        self.size += len(piece)
        if self.size > SMALL:
            self._take(len(piece))
        if self.size > MEMORY and isinstance(self.file, io.BytesIO):
            start = self.file.getvalue()
            self.file = tempfile.TemporaryFile()  # noqa: SIM115  closed by `close`
            self.file.write(start)
        self.file.write(piece)

    def close(self) -> None:
        self.file.close()
        if self._share is not None:
            self._share.leave()
            self._share = None

    def _take(self, amount: int) -> None:
        now = time.monotonic()
        if self._share is None:
            self._share = self._room.enter(self._address)
            self._began, amount = now, self.size
        elif now - self._began > PATIENCE and self.size < PACE * (now - self._began):
            raise TooSlow
        self._share.grow(amount)


async def read(receive: Receive, spool: Spool, declared: int | None, limit: int) -> None:
    """The body into `spool`, its file at its start. `declared` is Content-Length; the limit is looked at before reading.

    Raises TooLarge, TooSlow, Gone, `room.Full`. The caller closes the spool, whatever happens.
    """
    if declared is not None and declared > limit:
        raise TooLarge
    if declared == 0:
        return
    async for piece, more in _pieces(receive):
        if spool.size + len(piece) > limit:
            raise TooLarge(more=more)
        try:
            spool.add(piece)
        except Full as full:
            full.more = more
            raise
    spool.file.seek(0)


async def drain(receive: Receive) -> None:
    """Read on and forget, for a few seconds: a sender that is still sending would not hear why it was refused."""
    with contextlib.suppress(TimeoutError, TooSlow, Gone):
        async with asyncio.timeout(DRAIN):
            async for _piece, _more in _pieces(receive):
                pass


async def _pieces(receive: Receive) -> AsyncIterator[tuple[bytes, bool]]:
    more = True
    while more:
        try:
            async with asyncio.timeout(PATIENCE):
                event = await receive()
        except TimeoutError:
            raise TooSlow from None
        if event["type"] == "http.disconnect":
            raise Gone
        more = event.get("more_body", False)
        yield event.get("body", b""), more
