"""Customers by the thousand: what the import and the API's batch write, in one transaction a batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.contrib.auth.hashers import make_password
from django.db import transaction

from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import clock

from . import customers
from .access import Viewer
from .checking import NAME_LENGTH
from .customers import Fields
from .errors import AddressTaken, NotAllowed, PeopleError
from .models import Contact, ContactRole, Customer, User
from .models.user import STAFF


@dataclass(slots=True)
class Upserted:
    """`refused` maps the place of a row in the batch to why; the other rows are written."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: dict[int, PeopleError] = field(default_factory=dict)


def upsert_many(*, viewer: Viewer, rows: Sequence[Mapping[str, Any]]) -> Upserted:
    """Create or change customers by `reference`; each row holds `reference` and `customers.Fields`.

    The same meaning as `customers.upsert` row by row, at a handful of queries for the batch when rows are new or
    unchanged (about 1,000 rows a batch). New customers get one journal line for the batch; changed ones a line each.
    """
    if not viewer.is_staff:
        raise NotAllowed
    done = Upserted()
    known = {
        c.reference: c for c in Customer.objects.filter(reference__in=[str(row.get("reference", "")) for row in rows])
    }
    fresh: dict[str, tuple[int, dict[str, Any]]] = {}
    with transaction.atomic():
        for place, row in enumerate(rows):
            fields = cast("Fields", {name: value for name, value in row.items() if name != "reference"})
            try:
                reference = customers.cleaned_reference(str(row.get("reference", "")))
                if reference in known:
                    outcome = customers.change(viewer=viewer, customer=known[reference], **fields)
                    done.changed += outcome == customers.Outcome.CHANGED
                    done.unchanged += outcome == customers.Outcome.UNCHANGED
                elif reference in fresh or not {"name", "registered_address"} <= fields.keys():
                    _flush(viewer, fresh, done)
                    known_now, outcome = customers.upsert(viewer=viewer, reference=reference, **fields)
                    known[reference] = known_now
                    done.changed += outcome == customers.Outcome.CHANGED
                    done.unchanged += outcome == customers.Outcome.UNCHANGED
                else:
                    fresh[reference] = (place, customers.cleaned(fields))
            except PeopleError as refusal:
                done.refused[place] = refusal
        _flush(viewer, fresh, done)
    return done


def _flush(viewer: Viewer, fresh: dict[str, tuple[int, dict[str, Any]]], done: Upserted) -> None:
    """Write the new customers gathered so far, their logins and contacts, in five queries."""
    taken = _taken({values["registered_address"] for _, values in fresh.values()})
    rows: dict[str, dict[str, Any]] = {}
    for reference, (place, values) in fresh.items():
        if values["registered_address"] in taken:
            done.refused[place] = AddressTaken(field="registered_address")
        else:
            taken.add(values["registered_address"])
            rows[reference] = values
    fresh.clear()
    if not rows:
        return
    made = Customer.objects.bulk_create([Customer(reference=reference, **values) for reference, values in rows.items()])
    people = {u.email: u for u in User.objects.filter(email__in=[c.registered_address for c in made])}
    missing = [
        User(
            email=c.registered_address,
            name=c.name[:NAME_LENGTH],
            language=c.language,
            timezone=c.timezone,
            password=make_password(None),
        )
        for c in made
        if c.registered_address not in people
    ]
    people.update((user.email, user) for user in User.objects.bulk_create(missing))
    Contact.objects.bulk_create(
        [Contact(customer=c, user=people[c.registered_address], role=ContactRole.OWNER) for c in made]
    )
    done.created += len(made)
    record(
        "customer.imported",
        at=clock.now(),
        audience=Audience.STAFF,
        actor_id=viewer.actor_id,
        data={"count": len(made), "first": made[0].pk, "last": made[-1].pk},
    )


def _taken(addresses: set[str]) -> set[str]:
    """Of these addresses, the ones that are registered already or belong to staff."""
    registered = Customer.objects.filter(registered_address__in=addresses).values_list("registered_address", flat=True)
    staff = User.objects.filter(email__in=addresses, role__in=STAFF).values_list("email", flat=True)
    return {*registered, *staff}
