"""A small load generator: keep-alive clients in one event loop, every answer checked, latencies kept."""

import asyncio
import os
import socket
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Rates:
    """What one run gave: answers per second and latencies in milliseconds."""

    rate: float
    p50: float
    p99: float


Request = Callable[[int], bytes]
"""The bytes of the n-th request, whole."""

Check = Callable[[str], bool]
"""Whether the head of an answer is the one wanted."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_open(port: int, seconds: float = 60) -> None:
    """Return once something listens on the port; raises TimeoutError."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    msg = f"nothing listens on port {port}"
    raise TimeoutError(msg)


def post(path: str, body: str, *, cookie: str = "", headers: str = "") -> bytes:
    """A form sent as a browser sends it."""
    content = body.encode()
    lines = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    lines += f"Content-Length: {len(content)}\r\n"
    if cookie:
        lines += f"Cookie: {cookie}\r\n"
    return f"{lines}{headers}\r\n".encode() + content


def get(path: str, *, cookie: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode()


async def _read(reader: asyncio.StreamReader) -> tuple[str, bool]:
    """The head of one answer, its body read to the end; and whether the server closes the connection."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    lower = head.lower()
    if "content-length:" in lower:
        await reader.readexactly(int(lower.split("content-length:")[1].split("\r\n")[0]))
    elif "transfer-encoding: chunked" in lower:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    return head, "connection: close" in lower


async def _client(port: int, request: Request, check: Check, number: int, end: float, took: list[float]) -> None:
    streams = await asyncio.open_connection("127.0.0.1", port)
    n = number * 10_000_000
    while time.perf_counter() < end:
        began = time.perf_counter()
        streams[1].write(request(n))
        head, closes = await _read(streams[0])
        if not check(head):
            msg = f"unexpected answer: {head}"
            raise RuntimeError(msg)
        took.append((time.perf_counter() - began) * 1000)
        n += 1
        if closes:
            streams[1].close()
            streams = await asyncio.open_connection("127.0.0.1", port)
    streams[1].close()


def drive(port: int, request: Request, check: Check, *, clients: int = 8, seconds: float = 4) -> Rates:
    """Load a server with so many clients for so long. Raises when an answer is not the one wanted."""
    took: list[float] = []

    async def run() -> None:
        end = time.perf_counter() + seconds
        await asyncio.gather(*(_client(port, request, check, number, end, took) for number in range(clients)))

    began = time.perf_counter()
    asyncio.run(run())
    spent = time.perf_counter() - began
    took.sort()
    return Rates(len(took) / spent, statistics.median(took), took[int(len(took) * 0.99)])


def load_line() -> str:
    """The machine's load, printed with every figure: these machines are noisy."""
    one, five, _ = os.getloadavg()
    return f"load {one:.2f} (1 min) {five:.2f} (5 min), {os.cpu_count()} cores"
