"""Words staff put on tickets, to find them again. Customers never see them."""

import re

from django.db import transaction

from vigie.journal.models import Audience
from vigie.kernel import clock
from vigie.kernel.plain_line import plain_line
from vigie.people.access import Viewer
from vigie.tickets.changing import staff, tell
from vigie.tickets.errors import TagError
from vigie.tickets.models import Tag, Ticket

MOST = 20
_SHAPE = re.compile(r"[^\W_](?:[\w-]{0,38}[^\W_])?")


def cleaned(name: str) -> str:
    """The tag as it is kept: lower case, blanks as hyphens. Raises TagError."""
    name = "-".join(plain_line(name).lstrip("#").casefold().split())
    if not _SHAPE.fullmatch(name):
        raise TagError
    return name


def tag(*, viewer: Viewer, ticket: Ticket, name: str) -> str:
    """Put a tag on the ticket; the name as kept. Idempotent. Raises NotAllowedError, TagError (also at 20 tags)."""
    by = staff(viewer)
    name = cleaned(name)
    with transaction.atomic():
        Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)
        known = set(Tag.objects.filter(ticket=ticket).values_list("name", flat=True))
        if name not in known:
            if len(known) >= MOST:
                raise TagError
            Tag.objects.create(ticket=ticket, name=name)
            tell("ticket.tagged", ticket, at=clock.now(), audience=Audience.STAFF, by=by, data={"tag": name, "on": True})
    return name


def untag(*, viewer: Viewer, ticket: Ticket, name: str) -> None:
    """Take a tag off. Idempotent. Raises NotAllowedError."""
    by = staff(viewer)
    with transaction.atomic():
        gone, _rows = Tag.objects.filter(ticket=ticket, name=name).delete()
        if gone:
            tell("ticket.tagged", ticket, at=clock.now(), audience=Audience.STAFF, by=by, data={"tag": name, "on": False})


def used(start: str = "", limit: int = 20) -> list[str]:
    """Tags in use that begin with `start`, for suggestions, in alphabetical order."""
    names = Tag.objects.filter(name__startswith=start.casefold()).values_list("name", flat=True)
    return list(names.distinct().order_by("name")[:limit])
