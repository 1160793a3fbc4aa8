"""What somebody types is kept as typed, per person and place, until it is sent or thrown away."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from vigie.conversations.errors import LongMessageError
from vigie.conversations.models import Draft
from vigie.kernel import clock, lookup, sql
from vigie.kernel.rows import storable
from vigie.people.models import User

LONGEST = 1_000_000
"""Characters of a whole draft, as JSON."""
LONGEST_PLACE = 48
MOST = 100
"""Drafts of one person; the one left alone longest goes first. Nobody types in a hundred places at once."""


def keep(*, user: User, place: str, data: Mapping[str, Any]) -> Draft:
    """Write the draft over the one before. `data`: field name -> what stands in it (JSON). Raises LongMessageError."""
    typed = storable(dict(data))
    if len(json.dumps(typed)) > LONGEST or len(place) > LONGEST_PLACE:
        raise LongMessageError
    with transaction.atomic():
        draft, made = Draft.objects.update_or_create(
            user=user, place=place, defaults={"data": typed, "updated_at": clock.now()}
        )
        if made:
            older = Draft.objects.filter(user=user).order_by("-updated_at", "-pk").values_list("pk", flat=True)
            Draft.objects.filter(pk__in=list(older[MOST:])).delete()
    return draft


def find(user: User, place: str) -> dict[str, Any]:
    """The fields as typed; empty where nothing was."""
    found = lookup.one(Draft, "user_id = %s AND place = %s", user.pk, place)
    return found.data or {} if found else {}


def kept_at(user: User, place: str) -> datetime | None:
    """When the draft was last written; None where there is none."""
    return Draft.objects.filter(user=user, place=place).values_list("updated_at", flat=True).first()


def drop(user: User, place: str) -> None:
    """It was sent, or is not wanted any more. Idempotent."""
    sql.change("DELETE FROM conversations_draft WHERE user_id = %s AND place = %s", (user.pk, place))


def new_place(customer_id: int) -> str:
    return f"new:{customer_id}"


def reply_place(conversation_id: int) -> str:
    return f"reply:{conversation_id}"


def note_place(conversation_id: int) -> str:
    return f"note:{conversation_id}"
