"""A few long-lived threads that run jobs handed over by the event loop.

Lighter than `ThreadPoolExecutor` (no lock-laden futures): a queue there, one `call_soon_threadsafe` back. The threads
live as long as the pool, and so do their database connections.
"""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")
_Job = tuple[Callable[[], Any], asyncio.AbstractEventLoop, "asyncio.Future[Any]", contextvars.Context]


class Pool:
    """`threads` workers named after `name`. Call `run` from the loop, `close` once at the end.

    With `reads` the jobs only read: one that finds its database connection cut (a restart, a failover) runs again on a
    new one.
    """

    def __init__(self, name: str, threads: int, *, reads: bool = False) -> None:
        self._reads = reads
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self.waiting = 0
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True) for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def run(self, job: Callable[[], T]) -> T:
        """The job's result or its exception. Cancelling the caller does not stop a job that runs."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self.waiting += 1
        self._queue.put((job, loop, future, contextvars.copy_context()))
        try:
            return await future
        finally:
            self.waiting -= 1

    def close(self) -> None:
        """Let queued jobs finish, then end the threads and their database connections."""
        for _thread in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (job := self._queue.get()) is not None:
            fn, loop, future, context = job
            result, error = _outcome(fn, context)
            if self._reads and error is not None and _was_cut(error):
                result, error = _outcome(fn, context)
            if not loop.is_closed():
                loop.call_soon_threadsafe(_settle, future, result, error)
            del job, fn, future, context, result, error
        from django.db import connections

        connections.close_all()


def _outcome(fn: Callable[[], T], context: contextvars.Context) -> tuple[T | None, BaseException | None]:
    try:
        return context.run(fn), None
    except BaseException as problem:  # noqa: BLE001  it belongs to whoever awaits the job
        return None, problem


def _was_cut(error: BaseException) -> bool:
    """Whether the error came of this thread's connection being gone; the next statement opens another."""
    from django.db import Error, close_old_connections, connection

    if not isinstance(error, Error):
        return False
    close_old_connections()
    return connection.connection is None


def _settle(future: "asyncio.Future[Any]", result: Any, error: BaseException | None) -> None:
    if future.cancelled():
        return
    if error is None:
        future.set_result(result)
    elif isinstance(error, StopIteration):
        future.set_exception(RuntimeError("StopIteration raised in a job"))
    else:
        future.set_exception(error)
