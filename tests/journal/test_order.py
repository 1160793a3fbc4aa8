"""The id of a line as a cursor: whoever reads on from the last one it has misses nothing, whatever commits when."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from vigie.journal import order
from vigie.journal.models import Audience, Entry
from vigie.journal.record import record
from vigie.journal.tail import Tail
from vigie.kernel import clock

pytestmark = pytest.mark.django_db(transaction=True)


def write(kind: str = "test.happened") -> int:
    return record(kind, at=clock.now(), audience=Audience.STAFF)


def in_thread(work: Callable[[], None]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@contextmanager
def somebody_writing(*, fails: bool = False) -> Iterator[int]:
    """Another connection's transaction with one line in it, open for the length of the block; its id."""
    given: list[int] = []
    written, end = threading.Event(), threading.Event()

    def work() -> None:
        with transaction.atomic():
            given.append(write("test.slow"))
            written.set()
            end.wait(20)
            transaction.set_rollback(fails)

    thread = in_thread(work)
    assert written.wait(20)
    try:
        yield given[0]
    finally:
        end.set()
        thread.join(20)


@pytest.mark.postgres
@pytest.mark.parametrize("fails", [False, True])
def test_a_line_is_not_told_before_those_with_lower_ids_are_there_or_never_will_be(*, fails: bool) -> None:
    told: list[int] = []
    tail = Tail(lambda entries: told.extend(entry.id for entry in entries))
    with transaction.atomic():
        first = write()
    assert order.settled() == first
    tail.start()
    try:
        with somebody_writing(fails=fails) as slow:
            with transaction.atomic():
                quick = write()  # nobody is kept waiting
            assert slow < quick
            assert order.settled() < slow
            assert Entry.objects.filter(id=quick).exists()
            time.sleep(0.2)
            assert told == []
        until = time.monotonic() + 5
        while quick not in told and time.monotonic() < until:
            time.sleep(0.01)
        assert told == ([quick] if fails else [slow, quick])
        assert order.settled() == quick
    finally:
        tail.stop()


@pytest.mark.postgres
def test_who_is_about_to_write_into_an_empty_journal_is_waited_for_too() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE journal_entry RESTART IDENTITY CASCADE")
    assert order.settled() == 0
    with somebody_writing() as first:
        assert (first, order.settled()) == (1, 0)
        with somebody_writing() as second:
            assert (second, order.settled()) == (2, 0)
        assert order.settled() == 0
    assert order.settled() == 2


def test_a_reader_that_goes_on_from_its_last_id_gets_every_line_once() -> None:
    """Six writers, of whom some are slow and some change their mind, against a reader that never sleeps."""
    kept: list[int] = []
    problems: list[BaseException] = []

    def writing(seed: int) -> None:
        dice = random.Random(seed)
        try:
            for _ in range(25):
                mine: list[int] = []
                changed_mind = dice.random() < 0.2
                with transaction.atomic():
                    for _line in range(dice.randrange(1, 4)):
                        mine.append(write())
                        time.sleep(dice.random() / 200)
                    transaction.set_rollback(changed_mind)
                if not changed_mind:
                    kept.extend(mine)
        except BaseException as problem:
            problems.append(problem)

    writers = [in_thread(lambda seed=seed: writing(seed)) for seed in range(6)]
    read: list[int] = []
    cursor = 0
    while True:
        ended = not any(writer.is_alive() for writer in writers)
        settled = order.settled()
        found = list(Entry.objects.filter(id__gt=cursor, id__lte=settled).order_by("id").values_list("id", flat=True)[:50])
        read += found
        cursor = found[-1] if found else cursor
        if ended and not found:
            break
    assert problems == []
    assert read == sorted(kept)
