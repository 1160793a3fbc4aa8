"""Handlers for the dispatcher's tests."""

from collections.abc import Callable

from vigie.journal.models import Audience, Entry
from vigie.journal.record import record

calls: list[int] = []
before: list[Callable[[Entry], None]] = []


def echo(entry: Entry) -> None:
    """Record one line for each line: an effect in the database that can be counted."""
    calls.append(entry.id)
    record("test.echoed", at=entry.at, audience=Audience.STAFF, data={"of": entry.id})
    for hook in before:
        hook(entry)


def also(entry: Entry) -> None:
    record("test.also", at=entry.at, audience=Audience.STAFF, data={"of": entry.id})
