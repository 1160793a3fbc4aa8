"""How much is written at once follows how long it took."""

from types import SimpleNamespace

import pytest

from vigie.inventory.importing import pacing
from vigie.inventory.importing.pacing import FEWEST, MOST, SPAN, Pace


class Time(SimpleNamespace):
    """A clock that moves when it is told to, or slept on."""

    def __init__(self) -> None:
        super().__init__(now=100.0)

    def monotonic(self) -> float:
        return float(self.now)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    made = Time()
    monkeypatch.setattr(pacing, "time", made)
    return made


def write(pace: Pace, time: Time, *, a_row: float) -> float:
    """Write as many rows as the pace allows; how long others had before it began."""
    before = time.now
    with pace.writing(pace.rows):
        began = time.now
        time.now += a_row * pace.rows
    return float(began - before)


@pytest.mark.parametrize(("a_row", "rows"), [(0.00001, MOST), (0.0001, 500), (0.01, FEWEST)])
def test_a_transaction_comes_to_last_as_long_as_it_should(time: Time, a_row: float, rows: int) -> None:
    pace = Pace()
    for _turn in range(20):
        write(pace, time, a_row=a_row)
    assert abs(pace.rows - rows) <= 1


def test_one_slow_write_is_answered_at_once(time: Time) -> None:
    pace = Pace()
    for _turn in range(20):
        write(pace, time, a_row=0.00001)
    write(pace, time, a_row=SPAN / 400)
    assert pace.rows <= 400


def test_others_have_a_fifth_of_the_time_whatever_comes_between(time: Time) -> None:
    pace = Pace()
    write(pace, time, a_row=0.0001)
    took = pace.rows * 0.0001
    assert write(pace, time, a_row=0.0001) >= took / 6
    time.now += 5
    assert write(pace, time, a_row=0.0001) == 0
