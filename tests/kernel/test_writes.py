"""The group-commit writer, on a real database."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import translation

from vigie.journal.models import Audience, Entry
from vigie.journal.record import record
from vigie.kernel import clock
from vigie.kernel.writes import Writer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def writer() -> Iterator[Writer]:
    made = Writer()
    yield made
    made.stop()


def write(kind: str) -> int:
    return record(kind, at=clock.now(), audience=Audience.STAFF)


def from_threads(many: int, job: Any) -> list[Any]:
    def run(number: int) -> Any:
        try:
            return job(number)
        except Exception as problem:
            return problem
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(run, range(many)))


def test_what_is_returned_is_committed(writer: Writer) -> None:
    def job(number: int) -> bool:
        written = writer.together(lambda: write(f"test.{number}"))
        return Entry.objects.filter(id=written).exists()  # seen from another connection: it is committed

    assert all(result is True for result in from_threads(60, job))
    assert Entry.objects.count() == 60


def test_one_that_fails_undoes_itself_alone(writer: Writer) -> None:
    def job(number: int) -> int:
        def fn() -> int:
            written = write(f"test.{number}")
            if number % 3 == 0:
                raise ValueError(number)
            return written

        return writer.together(fn)

    results = from_threads(60, job)
    failed = [result for result in results if isinstance(result, ValueError)]
    assert [problem.args[0] for problem in failed] == list(range(0, 60, 3))
    assert Entry.objects.count() == 40


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL commits in the caller's thread")
def test_writes_that_wait_together_are_committed_together(writer: Writer) -> None:
    commits = []
    inside, go = threading.Event(), threading.Event()

    def first() -> None:
        transaction.on_commit(lambda: commits.append("first"))
        inside.set()
        go.wait(5)

    seen = []

    def later(number: int) -> int:
        written = write("test.later")
        seen.append((threading.current_thread().name, len(connection.savepoint_ids)))
        return written

    with ThreadPoolExecutor(9) as pool:
        head = pool.submit(writer.together, first)
        inside.wait(5)
        others = [pool.submit(writer.together, lambda n=n: later(n)) for n in range(8)]
        while writer._queue.qsize() < 8:
            pass
        go.set()
        head.result()
        assert len({other.result() for other in others}) == 8
    assert {name for name, _depth in seen} == {"writer"}
    assert commits == ["first"]


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL commits in the caller's thread")
def test_when_the_commit_fails_everybody_is_told_and_nothing_is_written(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vigie.kernel.sqlite.base import DatabaseWrapper

    whole = DatabaseWrapper._commit
    failing = threading.Event()
    failing.set()

    def broken(self: Any) -> None:
        if failing.is_set():
            raise IntegrityError("disk full")
        whole(self)

    monkeypatch.setattr(DatabaseWrapper, "_commit", broken)
    hooks = []

    def job(number: int) -> int:
        def fn() -> int:
            transaction.on_commit(lambda: hooks.append(number))
            return write("test.lost")

        return writer.together(fn)

    results = from_threads(8, job)
    failing.clear()
    assert all(isinstance(result, IntegrityError) for result in results)
    assert Entry.objects.count() == 0
    assert hooks == []
    assert writer.together(lambda: write("test.after")) > 0


def test_hooks_run_after_the_commit_and_a_broken_one_troubles_its_caller_alone(writer: Writer) -> None:
    ran = []

    def job(number: int) -> int:
        def hook() -> None:
            ran.append((number, Entry.objects.filter(kind=f"test.{number}").exists()))
            if number == 3:
                raise RuntimeError("broken hook")

        def fn() -> int:
            transaction.on_commit(hook)
            return write(f"test.{number}")

        return writer.together(fn)

    results = from_threads(10, job)
    assert [number for number, result in enumerate(results) if isinstance(result, Exception)] == [3]
    assert sorted(ran) == [(number, True) for number in range(10)]


def test_inside_a_transaction_it_takes_part_in_it(writer: Writer) -> None:
    with pytest.raises(RuntimeError, match="undo"), transaction.atomic():
        writer.together(lambda: write("test.inline"))
        raise RuntimeError("undo")
    assert Entry.objects.count() == 0


def test_it_may_be_called_from_inside_itself(writer: Writer) -> None:
    assert writer.together(lambda: writer.together(lambda: write("test.nested"))) > 0


def test_the_callers_language_goes_with_it(writer: Writer) -> None:
    with translation.override("en"):
        assert writer.together(translation.get_language) == "en"
    with translation.override("fr"):
        assert writer.together(translation.get_language) == "fr"


def test_after_a_stop_it_starts_again(writer: Writer) -> None:
    writer.together(lambda: write("test.one"))
    writer.stop()
    writer.together(lambda: write("test.two"))
    assert Entry.objects.count() == 2


def test_of_several_written_together_one_that_fails_undoes_itself_alone(writer: Writer) -> None:
    def fail() -> int:
        write("test.lost")
        raise ValueError

    outcomes = writer.together_each([lambda: write("test.first"), fail, lambda: write("test.last")])
    first, last = outcomes[0](), outcomes[2]()
    with pytest.raises(ValueError):
        outcomes[1]()
    assert list(Entry.objects.order_by("id").values_list("id", "kind")) == [(first, "test.first"), (last, "test.last")]
