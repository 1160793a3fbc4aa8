"""A request's body, read in the event loop with a limit; above 1 MB it goes to an unnamed temporary file."""

import asyncio
import contextlib
import io
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import IO, Any

MEMORY = 1024 * 1024
PATIENCE = 30.0  # seconds without a byte before a slow sender is let go
DRAIN = 10.0  # seconds a refused body is read to be forgotten

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class TooLarge(Exception):
    """More bytes than the limit. `more`: the sender is still sending."""

    def __init__(self, *, more: bool = True) -> None:
        super().__init__()
        self.more = more


class TooSlow(Exception):
    """Nothing came for `PATIENCE` seconds."""


class Gone(Exception):
    """The client left before its body was whole."""


class Spool:
    """Bytes as they come: in memory first, in a file without a name once there are many."""

    def __init__(self) -> None:
        self.size = 0
        self._file: IO[bytes] = io.BytesIO()

    def add(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size > MEMORY and isinstance(self._file, io.BytesIO):
            start = self._file.getvalue()
            self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed by whoever took it, or by `drop`
            self._file.write(start)
        self._file.write(piece)

    def take(self) -> IO[bytes]:
        """The file, at its start; the caller closes it."""
        self._file.seek(0)
        return self._file

    def drop(self) -> None:
        self._file.close()


async def read(receive: Receive, declared: int | None, limit: int) -> tuple[IO[bytes], int]:
    """The body as a file at its start, and its size. `declared` is Content-Length; the limit is looked at before reading.

    Raises TooLarge, TooSlow, Gone; the temporary file is gone then too.
    """
    if declared is not None and declared > limit:
        raise TooLarge
    spool = Spool()
    if declared == 0:
        return spool.take(), 0
    try:
        async for piece, more in _pieces(receive):
            if spool.size + len(piece) > limit:
                raise TooLarge(more=more)
            spool.add(piece)
    except BaseException:
        spool.drop()
        raise
    return spool.take(), spool.size


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
