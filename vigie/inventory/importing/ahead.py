"""Work that runs ahead in a second process: while one batch is written, the next is read and checked on another core."""

import os
import pickle
import signal
import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TypeVar

Item = TypeVar("Item")
_LENGTH = struct.Struct("<Q")


def ahead(items: Iterable[Item]) -> Iterator[Item]:
    """What `items` yields, made in a forked child. An exception there is raised here; stopping early ends the child.

    For a process with one thread, and for `items` that use no database: the child shares its parent's connections and must
    not touch them. The pipe holds back a child that is too far ahead.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _make(items, writing)
    os.close(writing)
    ended = False
    try:
        with os.fdopen(reading, "rb", buffering=1 << 20) as pipe:
            while head := pipe.read(_LENGTH.size):
                content = pipe.read(_LENGTH.unpack(head)[0])
                made = pickle.loads(content)  # noqa: S301  written by our own child
                if isinstance(made, Exception):
                    raise made
                yield made
        ended = True
    finally:
        if not ended:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        _pid, status = os.waitpid(child, 0)
    if status:
        msg = f"reading ahead ended with status {status}"
        raise RuntimeError(msg)


def _make(items: Iterable[Item], writing: int) -> None:
    """The child's whole life. `_exit` skips what the parent has registered for its own end."""
    code = 0
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it and ends us
    with os.fdopen(writing, "wb", buffering=1 << 20) as pipe:
        try:
            for item in items:
                _send(pipe.write, item)
                pipe.flush()
        except BrokenPipeError:
            code = 0
        except Exception as error:  # noqa: BLE001  raised again by the parent
            try:
                _send(pipe.write, error)
                pipe.flush()
            except Exception:  # noqa: BLE001  it cannot be told, so the code tells that something was
                code = 1
        os._exit(code)


def _send(write: object, item: object) -> None:
    content = pickle.dumps(item, protocol=5)
    write(_LENGTH.pack(len(content)) + content)  # type: ignore[operator]
