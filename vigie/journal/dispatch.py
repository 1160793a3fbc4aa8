"""Reactions: which handlers a kind has, and running them."""

from collections.abc import Mapping, Sequence

_handlers: dict[str, tuple[str, ...]] = {}


def connect(table: Mapping[str, Sequence[str]]) -> None:
    """Set the whole table of kind -> dotted handler paths (`vigie.mail_out.acknowledging.acknowledge`)."""
    _handlers.clear()
    _handlers.update({kind: tuple(paths) for kind, paths in table.items()})


def handlers_of(kind: str) -> tuple[str, ...]:
    return _handlers.get(kind, ())
