"""A real uvicorn on loopback, in a thread of the test's process, as `vigie up` configures it."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn


@contextmanager
def serve(app: Any, *, lifespan: str = "off") -> Iterator[int]:
    """The port it listens on; the server stops gracefully at the end."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, loop="uvloop", http="httptools", ws="websockets-sansio", lifespan=lifespan, log_config=None,
        access_log=False, proxy_headers=False, timeout_graceful_shutdown=5, ws_per_message_deflate=False,
    )  # fmt: skip
    server = uvicorn.Server(config)
    began = threading.Event()

    async def run() -> None:
        await server.startup(sockets=[listening])
        began.set()
        await server.main_loop()
        await server.shutdown(sockets=[listening])

    async def main() -> None:
        config.load()
        server.lifespan = config.lifespan_class(config)
        await run()

    def work() -> None:
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(main())

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    if not began.wait(20):
        raise RuntimeError("the server did not start")
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(20)


def talk(port: int, sent: bytes, *, timeout: float = 30) -> bytes:
    """Send raw bytes, read until the other side closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as line:
        line.sendall(sent)
        heard = b""
        while piece := line.recv(65536):
            heard += piece
        return heard
