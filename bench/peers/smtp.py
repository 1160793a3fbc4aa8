"""An SMTP server that takes every mail and forgets it, in a thread: what stands next to a help desk on its machine."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bench.load import free_port, wait_until_open


@contextmanager
def sink() -> Iterator[int]:
    """Its port."""
    port, loop = free_port(), asyncio.new_event_loop()

    def run() -> None:
        loop.run_until_complete(asyncio.start_server(_take, "127.0.0.1", port))
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    wait_until_open(port)
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


async def _take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 sink\r\n")
    try:
        while line := await reader.readline():
            word = line[:4].upper()
            if word == b"DATA":
                writer.write(b"354 go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
            writer.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()
