"""Customers put in place by reference, each with the login of its registered address: people's own verb, row by row told."""

from collections.abc import Sequence

from vigie.inventory.importing.columns import GivenCustomer
from vigie.inventory.importing.outcome import Outcome, Result
from vigie.people.access import Viewer
from vigie.people.customer_batches import upsert_many
from vigie.people.errors import PeopleError


def put(given: Sequence[GivenCustomer], *, viewer: Viewer) -> list[Outcome]:
    """Bring these customers to what is given, in one transaction; one outcome for each, not in their order but the refused.

    Durable when it returns; doing it again changes and writes nothing.
    """
    done = upsert_many(viewer=viewer, rows=[{"reference": one.reference, **one.values} for one in given])
    written = iter(
        [Result.ADDED] * done.created + [Result.CHANGED] * done.changed + [Result.UNCHANGED] * done.unchanged
    )
    return [
        Outcome(Result.REFUSED, reason=_reason(done.refused[place]))
        if place in done.refused
        else Outcome(next(written))
        for place in range(len(given))
    ]


def _reason(refusal: PeopleError) -> str:
    return f"{refusal.field}: {refusal}" if refusal.field else str(refusal)
