"""Django's WSGI handler behind ASGI: the body is read in the loop, one hop to a thread, one answer back.

Django's own ASGI handler opens a database connection per request and takes several hops; here a few threads keep theirs.
"""

import contextlib
import sys
import time
from collections.abc import Callable, Iterable
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from vigie.config import body as bodies
from vigie.config import logs, metrics, proxies, refusals
from vigie.config.room import Full, Room
from vigie.config.streaming import Reply, stream
from vigie.kernel.pool import Pool

Environ = dict[str, Any]
WsgiApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
CROWD = 512  # requests in line before new ones are told to come back

_ONCE = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}
_OURS = {b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-forwarded-port", b"forwarded", b"x-real-ip", b"x-request-id", b"proxy"}


class Bridge:
    """An ASGI HTTP application around `app`. `limit`: largest body in bytes."""

    def __init__(self, app: WsgiApp, *, threads: int, limit: int, trusted: tuple[proxies.Network, ...] = ()) -> None:
        self.app = app
        self.limit = limit
        self.trusted = trusted
        self.room = Room(limit)
        self.pool = Pool("page", threads)

    async def __call__(self, scope: Any, receive: bodies.Receive, send: Any) -> None:
        began = time.perf_counter()
        headers = scope["headers"]
        peer = proxies.peer(scope["client"], scope["scheme"], headers, self.trusted)
        request_id = logs.request_id(next((value for name, value in headers if name == b"x-request-id"), None))
        status = 499  # the client left: nothing was answered
        spool = bodies.Spool(self.room, peer.address)
        try:
            if self.pool.waiting >= CROWD:
                status = await refusals.refuse(send, scope, 503, request_id)
                return
            try:
                declared = next((int(value) for name, value in headers if name == b"content-length"), None)
                if declared is None and not any(name == b"transfer-encoding" for name, _value in headers):
                    declared = 0
                await bodies.read(receive, spool, declared, self.limit)
            except (bodies.TooLarge, Full) as problem:
                spool.close()
                # A client that asks with "Expect" has not begun to send.
                if problem.more and not any(name == b"expect" for name, _value in headers):
                    await bodies.drain(receive)
                code = 413 if isinstance(problem, bodies.TooLarge) else 503 if problem.everywhere else 429
                status = await refusals.refuse(send, scope, code, request_id, limit=self.limit)
                return
            except bodies.TooSlow:
                status = await refusals.refuse(send, scope, 408, request_id)
                return
            except bodies.Gone:
                return
            environ = environ_of(scope, headers, peer, spool.file, spool.size)
            environ["vigie.request_id"] = request_id
            reply = await self.pool.run(lambda: self._answer(environ))
            if reply.response is None:
                spool.close()  # a slow reader of the answer keeps no room
            status = reply.status
            reply.headers.append((b"x-request-id", request_id.encode()))
            await stream(self.pool, reply, receive, send, is_head=scope["method"] == "HEAD")
        finally:
            spool.close()
            seconds = time.perf_counter() - began
            metrics.answered(scope["method"], status, seconds)
            logs.access(
                method=scope["method"], path=scope["path"], status=status, seconds=seconds,
                address=peer.address, request_id=request_id,
            )  # fmt: skip

    def _answer(self, environ: Environ) -> Reply:
        """Runs in a thread. An answer in one piece is taken whole and closed here; anything else is streamed."""
        logs.bind(environ["vigie.request_id"])
        reply = Reply()
        try:
            response = self.app(environ, reply.start)
            if getattr(response, "streaming", True):
                reply.response = response
                return reply
            with contextlib.closing(response):  # type: ignore[type-var]  # every WSGI answer of Django has close()
                reply.body = b"".join(response)
        except Exception:  # noqa: BLE001  logged whole; Django answers its own errors, this is a fault of a middleware or of ours
            logs.log.exception("request.failed", path=logs.scrub(environ["PATH_INFO"]))
            reply.fail()
        return reply


def environ_of(
    scope: Any, headers: Iterable[tuple[bytes, bytes]], peer: proxies.Peer, content: IO[bytes], size: int
) -> Environ:
    """The WSGI environment (PEP 3333). Headers with an underscore are dropped: they could pose as others."""
    server = scope.get("server") or ("localhost", 80)
    raw = scope.get("raw_path") or scope["path"].encode()
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(raw).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1] or 80),
        "REMOTE_ADDR": peer.address,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": peer.scheme,
        "wsgi.input": content,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    for name, value in headers:
        if name in _OURS or b"_" in name:
            continue
        key = _ONCE.get(name) or "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
        text = value.decode("latin-1")
        if key in environ and name not in _ONCE:
            environ[key] += ("; " if name == b"cookie" else ",") + text
        else:
            environ[key] = text
    environ["CONTENT_LENGTH"] = str(size) if size or "CONTENT_LENGTH" in environ else ""
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return environ
