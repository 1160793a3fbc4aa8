"""What runs behind the pages: the journal's tail and the hub, the dispatcher, the recurring jobs. Started and stopped as one."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from functools import partial

from django.conf import settings

from vigie.config import live, metrics
from vigie.config.schedule import JOBS
from vigie.journal.bell import RedisBell
from vigie.journal.dispatch import Dispatcher, nobody
from vigie.journal.models import Entry
from vigie.journal.tail import Tail
from vigie.kernel import writes
from vigie.kernel.live import hub
from vigie.kernel.pool import Pool
from vigie.kernel.presence import Presence, keep_sweeping
from vigie.kernel.recurring import Rounds
from vigie.kernel.socket import Live

GOING_AWAY = 1012  # WebSocket close code "service restart": connect again and resume


class Works:
    """`web`: the live endpoint and what feeds it. `work`: reactions and recurring jobs. `busy`: whether people wait for pages."""

    def __init__(self, *, web: bool, work: bool, busy: Callable[[], bool] = nobody) -> None:
        self.pool = Pool("live", 2, reads=True)
        self.presence = Presence(hub)
        self.live = Live(
            hub=hub, presence=self.presence, doorman=live.Doorman(), pool=self.pool,
            cookie=settings.SESSION_COOKIE_NAME, origin_ok=live.origin_ok, place=live.place,
        )  # fmt: skip
        self.tail = Tail(self._tell, lambda: bool(hub.listeners)) if web else None
        self.dispatcher = Dispatcher(busy) if work else None
        folder = settings.DATA_DIR / "turns"
        self.rounds = Rounds(JOBS, folder, metrics.job_ran) if work else None
        self.bell = RedisBell(settings.REDIS_URL) if settings.REDIS_URL else None
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self) -> None:
        """Raises `django.db.Error` when the database cannot be read."""
        self._loop = asyncio.get_running_loop()
        if self.tail is not None:
            await self.pool.run(self.tail.start)
            hub.cursor = self.tail.cursor
            hub.attach(self._loop)
            coroutines = [keep_sweeping(self.presence), self.live.keep_checking()]
            if settings.REDIS_URL:
                from vigie.kernel.presence_wire import carry

                coroutines.append(carry(self.presence, settings.REDIS_URL))
            self._tasks = [self._loop.create_task(coroutine) for coroutine in coroutines]
        for part in (self.bell, self.dispatcher, self.rounds):
            if part is not None:
                part.start()

    async def stop(self) -> None:
        """Stop taking work, finish what runs, leave nothing behind."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        hub.attach(None)
        parts = [part for part in (self.rounds, self.dispatcher, self.tail, self.bell) if part is not None]
        await asyncio.gather(*(asyncio.to_thread(part.stop) for part in parts))
        await asyncio.to_thread(writes.writer.stop)
        await asyncio.to_thread(self.pool.close)

    @property
    def problems(self) -> list[str]:
        """Names of the parts that should run and do not."""
        parts = {"tail": self.tail, "dispatcher": self.dispatcher, "schedule": self.rounds}
        return [name for name, part in parts.items() if part is not None and not part.is_alive]

    def _tell(self, entries: Sequence[Entry]) -> None:
        """Called in the tail's thread."""
        hub.hand_over([live.hint_of(entry) for entry in entries])
        people = live.concerned(entries)
        if people and self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop ended: there is no page left to look at
                self._loop.call_soon_threadsafe(partial(self._check, people))

    def _check(self, people: set[int]) -> None:
        task = asyncio.ensure_future(self.live.check_people(people))
        self._tasks.append(task)
        task.add_done_callback(self._tasks.remove)
