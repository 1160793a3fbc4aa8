"""Rows checked together: the same services, and the same refusals, as row by row."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vigie.inventory.errors import RowRefused
from vigie.inventory.importing import columns
from vigie.inventory.importing.checking import customers, services

PLAIN = st.text(alphabet="ab é  \t\x00\x7f\ud800\ufffd0", max_size=6) | st.sampled_from(["x" * 40, "x" * 41, "x" * 121])
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "order_number": st.integers(-1, 30).map(str)
    | st.sampled_from(["#7", "##7", "#", "", "007", "٣", "1" * 20, "1" * 21, 5, 5.5, None, True]),
    "customer": PLAIN | st.sampled_from(["C1", "a@b.example", None, 12]),
    "name": PLAIN,
    "room": PLAIN | st.none() | st.integers(0, 9) | st.just([1]),
    "state": st.sampled_from(["", "active", "ACTIVE", "Actif", "en panne", "Down", "asleep", None]),
    "addresses": st.text(alphabet="1:./ ,;|\n\x1c", max_size=8)
    | st.sampled_from(["203.0.113.1", "203.0.113.1|2001:DB8::/48", "203.0.113.7/24", "1 1 1", None, ["::1", ""], [1], 5]),
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[tuple[str, ...], list[list[Any]]]:
    names = tuple(draw(st.lists(st.sampled_from(list(VALUES)), min_size=1, unique=True)))
    good = {"order_number": "1", "customer": "C1", "name": "n", "room": "", "state": "down", "addresses": "::1 203.0.113.1"}
    odd = st.tuples(*(VALUES[name] for name in names)).map(list)
    rows = draw(st.lists(st.just([good[name] for name in names]) | odd, min_size=1, max_size=4))
    return names, rows * draw(st.sampled_from([1, 1, 12]))


def told(found: object) -> object:
    return (type(found), str(found)) if isinstance(found, RowRefused) else found


def obvious(read: Any, names: tuple[str, ...], rows: list[list[Any]]) -> list[object]:
    made: list[object] = []
    for row in rows:
        try:
            made.append(read(dict(zip(names, row, strict=True))))
        except RowRefused as refused:
            made.append(told(refused))
    return made


@given(tables())
@example((("order_number", "name"), [["1", "a"], ["2", ""], ["3", "c"]]))
@example((("order_number",), [["1"], [""], ["#"]]))
@example((("order_number", "room"), [["1", "x" * 40], ["2", "x" * 41]]))
@example((("addresses",), [["::1"]]))
def test_services_checked_together_are_as_checked_one_by_one(table: tuple[tuple[str, ...], list[list[Any]]]) -> None:
    assert [told(found) for found in services(*table)] == obvious(columns.service, *table)


def test_one_wrong_row_among_many_is_found_and_costs_the_others_nothing() -> None:
    rows = [[str(number), "x" if number != 700 else ""] for number in range(1000)]
    found = services(("order_number", "name"), rows)
    assert [place for place, one in enumerate(found) if isinstance(one, RowRefused)] == [700]
    assert [one.order_number for one in found if isinstance(one, columns.GivenService)] == [row[0] for row in rows if row[1]]


def test_customers_checked_together_are_as_checked_one_by_one() -> None:
    rows = [["C1", "Acme"], ["", "Nobody"], ["a@b", "Address"], ["C2", ""], ["C3", "Last"]]
    found = [told(one) for one in customers(("reference", "name"), rows)]
    assert found == obvious(columns.customer, ("reference", "name"), rows)
    assert sum(isinstance(one, tuple) and one[0] is RowRefused for one in found) == 3


@pytest.mark.parametrize("text", ["half \ud800", "damaged \ufffd"])
def test_half_a_letter_is_refused_before_it_meets_the_database(text: str) -> None:
    (found,) = services(("order_number", "name"), [["1", text]])
    assert isinstance(found, RowRefused)
