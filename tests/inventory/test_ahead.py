"""Reading ahead in a second process: the same items, the same errors, and nothing left behind."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import worlds
from vigie.inventory.errors import Unreadable
from vigie.inventory.importing import Summary, load_file
from vigie.inventory.importing.ahead import ahead
from vigie.inventory.models import Service


def no_child_is_left() -> bool:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


def test_the_items_come_in_order_whatever_their_size() -> None:
    assert list(ahead(iter([1, "x" * 3_000_000, None]))) == [1, "x" * 3_000_000, None]
    assert no_child_is_left()


def test_an_error_there_is_raised_here_after_what_came_before() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise Unreadable("torn")

    made = ahead(broken())
    assert next(made) == 1
    with pytest.raises(Unreadable, match="torn"):
        next(made)
    assert no_child_is_left()


def test_a_child_that_dies_is_no_quiet_end() -> None:
    def dying() -> Iterator[int]:
        yield 1
        os.kill(os.getpid(), 9)

    with pytest.raises(RuntimeError):
        list(ahead(dying()))


def test_stopping_early_ends_the_child() -> None:
    made = ahead(iter(range(10**9)))
    assert next(made) == 0
    made.close()
    assert no_child_is_left()


@pytest.mark.django_db
def test_a_file_is_loaded_with_its_progress(tmp_path: Path) -> None:
    worlds.customer(reference="C1")
    file = tmp_path / "services.csv"
    file.write_text(
        "order_number,customer,name,odd\n" + "".join(f"{n},C1,s{n},\n" for n in range(1, 2501)) + "x,C1,bad,\n"
    )
    told: list[int] = []
    seen: list[tuple[int, int, int]] = []
    summary = load_file(
        "services", file, tell=lambda line, _why: told.append(line), progress=lambda *one: seen.append(one)
    )
    assert summary == Summary(added=2500, refused=1)
    assert told == [0, 2502]
    assert seen[-1] == (file.stat().st_size, file.stat().st_size, 2501)
    assert Service.objects.count() == 2500
