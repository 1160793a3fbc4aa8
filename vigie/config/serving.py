"""Serving with uvicorn, and stopping well: SIGTERM lets requests, the running reaction and the running jobs finish."""

import asyncio
import gc
import signal
import socket
import sys
from types import FrameType

import uvicorn
from django.conf import settings
from django.db import connections

from vigie.config import logs, storage
from vigie.config.asgi import Application
from vigie.config.terminal import Refused, say
from vigie.config.terminal import gettext as _
from vigie.config.works import GOING_AWAY, Works

GRACE = 30  # seconds for requests in flight


class Server(uvicorn.Server):
    """Ends with code 0 after a clean stop, instead of raising the signal again; first lets live pages go."""

    def __init__(self, config: uvicorn.Config, application: Application) -> None:
        super().__init__(config)
        self._application = application

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # An event stream is a request that would never finish by itself.
        self._application.works.live.close_all(GOING_AWAY)
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002  the signature of the parent
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True


def serve(*, web: bool, work: bool) -> int:
    """Serve until SIGTERM or SIGINT; the process's exit code, 0 after a clean stop. Raises Refused."""
    if storage.lacks_extra(settings.STORAGE_URL):
        raise Refused(_("VIGIE_STORAGE_URL needs the extra “s3”: pip install “vigie[s3]”."))
    logs.configure(settings.LOG_LEVEL)
    if not web and not settings.PORT:
        return asyncio.run(_only_work())
    if web:
        from vigie.config import collecting

        collecting.collect()
    # A thread that computes keeps the interpreter for 5 ms by default; the event loop must not wait that long.
    sys.setswitchinterval(0.001)
    application = Application(web=web, work=work)
    config = uvicorn.Config(
        application,
        host=settings.HOST,
        port=settings.PORT,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws_max_size=64 * 1024,
        ws_per_message_deflate=False,  # hints are short; a compressor per socket would cost more than the socket
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE,
        h11_max_incomplete_event_size=64 * 1024,
    )
    server = Server(config, application)
    if web and sys.stdout.isatty():
        say(_("Vigie answers on %(address)s (Ctrl+C ends it)") % {"address": settings.SITE_URL})
    gc.collect()
    gc.freeze()  # what was loaded until here stays: the collector need not look at it again
    try:
        server.run()
    finally:
        connections.close_all()
    return 0 if server.started else 1


async def _only_work() -> int:
    """Work without a port until a signal comes."""
    works = Works(web=False, work=True)
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await works.start()
    await ended.wait()
    await works.stop()
    connections.close_all()
    return 0
