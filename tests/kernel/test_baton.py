"""The baton is passed on: to one at a time, around waits, and never held against somebody for long."""

import threading
import time
from collections.abc import Callable

import pytest

from vigie.kernel import baton


def in_thread(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_of_those_who_compute_one_runs_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baton, "PATIENCE", 30)
    inside, most = [0], [0]

    def work() -> None:
        for _ in range(20):
            with baton.held():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0.001)  # whoever may run meanwhile does
                inside[0] -= 1

    for thread in [in_thread(work) for _ in range(4)]:
        thread.join(30)
        assert not thread.is_alive()
    assert most == [1]


def test_whoever_waits_for_something_lets_others_compute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baton, "PATIENCE", 30)
    done = threading.Event()

    def other() -> None:
        with baton.held():
            done.set()

    with baton.held(), baton.laid_down():
        in_thread(other).join(30)
    assert done.is_set()


def test_nobody_waits_for_long_for_one_who_keeps_it() -> None:
    gone, ran = threading.Event(), threading.Event()

    def keeper() -> None:
        with baton.held():
            gone.wait(30)

    def other() -> None:
        with baton.held(), baton.laid_down():  # had none, and gives none away
            ran.set()

    first = in_thread(keeper)
    while not baton._baton.locked():
        pass
    in_thread(other).join(30)
    assert ran.is_set()
    assert baton._baton.locked()
    gone.set()
    first.join(30)
    assert not baton._baton.locked()


def test_an_error_passes_it_on_too() -> None:
    with pytest.raises(RuntimeError), baton.held(), baton.laid_down():
        raise RuntimeError
    assert not baton._baton.locked()


def test_held_inside_itself_it_is_passed_on_once() -> None:
    with baton.held():
        with baton.held():
            pass
        assert baton._baton.locked()
    assert not baton._baton.locked()
