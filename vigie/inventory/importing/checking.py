"""Many rows checked at once: column by column where all is well, row by row only around what is not."""

from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Any

from vigie.inventory.errors import RowRefused
from vigie.inventory.importing.columns import (
    CONTROL,
    SERVICE_LENGTHS,
    TEXTS,
    GivenCustomer,
    GivenService,
    customer,
    flat,
    ranges,
    service,
    state,
)

_FEW = 16  # so many rows are no longer halved to find the wrong ones


def services(names: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> Sequence[GivenService | RowRefused]:
    """What `columns.service` makes of each row, in order; `names` are the columns of all of them."""
    sound = _sound(names, rows)
    if sound is not None:
        return sound
    if len(rows) <= _FEW:
        return [_one(dict(zip(names, row, strict=True))) for row in rows]
    half = len(rows) // 2
    return [*services(names, rows[:half]), *services(names, rows[half:])]


def customers(names: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> Sequence[GivenCustomer | RowRefused]:
    """What `columns.customer` makes of each row, in order."""
    made: list[GivenCustomer | RowRefused] = []
    for row in rows:
        try:
            made.append(customer(dict(zip(names, row, strict=True))))
        except RowRefused as refused:
            made.append(refused)
    return made


def _one(fields: Mapping[str, Any]) -> GivenService | RowRefused:
    try:
        return service(fields)
    except RowRefused as refused:
        return refused


def _sound(names: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> list[GivenService] | None:
    """The services of rows that are right to the last; None when one may be wrong.

    A column is judged by all of its text in one: whether it holds a control character, whether its longest fits.
    """
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    if "order_number" not in columns:
        return None
    try:
        addresses = map(ranges, columns.pop("addresses")) if "addresses" in columns else repeat(None)
        texts = {name: _texts(column, SERVICE_LENGTHS[name]) for name, column in columns.items()}
        numbers = texts["order_number"] = [number.removeprefix("#") for number in texts["order_number"]]
        if "state" in texts:
            states = {text: state(text) for text in set(texts["state"])}
            texts["state"] = [states[text] for text in texts["state"]]
        digits = "".join(numbers)
        if not (digits.isascii() and digits.isdigit() and all(numbers) and max(map(len, numbers)) <= 20):
            return None
        if not all(texts.get("name", ())):
            return None
        told = zip(*(texts.get(name, repeat(None)) for name in TEXTS), strict=False)
        return list(map(GivenService, numbers, texts.get("customer", repeat(None)), told, addresses))
    except RowRefused:
        return None


def _texts(column: Sequence[Any], longest: int) -> list[str]:
    """The column as texts without blanks around them. Raises `RowRefused` without a reason."""
    try:
        texts = list(map(str.strip, column))
    except TypeError:  # JSON has more than texts
        texts = list(map(flat, column))
    whole = "".join(texts)
    if max(map(len, texts)) > longest or not ((whole.isascii() and whole.isprintable()) or not CONTROL.search(whole)):
        raise RowRefused
    return texts
