"""The journal since an id: what happened, for systems that keep a copy."""

from typing import Annotated, Any

from django.db.models import Q
from django.http import HttpRequest
from ninja import Field, Router

from vigie.api.gate import Bearer, caller_of
from vigie.api.paging import Limit
from vigie.api.shapes import JournalPage
from vigie.conversations.models import Conversation
from vigie.journal import order
from vigie.journal.models import Audience, Entry
from vigie.people.access import Viewer
from vigie.people.models import ContactRole

router = Router(tags=["journal"])
READ = Bearer("journal:read")
After = Annotated[int, Field(ge=0, le=2**62, description="The last id already had.")]


@router.get("/journal", response=JournalPage, auth=READ)
def since(request: HttpRequest, after: After = 0, limit: Limit = 50) -> dict[str, Any]:
    """The lines behind `after`, oldest first: no line with an id below `last` comes later. Ask again from `last`."""
    viewer, settled = caller_of(request).viewer, order.settled()
    rows = _seen(viewer).filter(id__gt=after, id__lte=settled).order_by("id")[:limit]
    items = [
        {
            "id": row.id, "at": row.at, "kind": row.kind, "audience": row.audience, "actor": row.actor_id,
            "customer": row.customer_id, "conversation": row.conversation_id, "data": _data(viewer, row),
        }
        for row in rows
    ]  # fmt: skip
    return {"items": items, "last": items[-1]["id"] if items else after}


def _data(viewer: Viewer, row: Entry) -> dict[str, Any]:
    """Contacts get no `seq`: its gaps tell of internal notes. The messages have numbers of their own for them."""
    return {name: value for name, value in row.data.items() if viewer.is_staff or name != "seq"}


def _seen(viewer: Viewer) -> Any:
    """All for staff. For contacts the lines meant for customers: of the conversations they see, of the services of their
    customers, and of everything else only as owners.
    """
    if viewer.is_staff:
        return Entry.objects.all()
    owned = [customer for customer, role in viewer.acts_for.items() if role == ContactRole.OWNER]
    talks = Conversation.objects.visible_to(viewer).values("id")
    theirs = Q(conversation_id__in=talks) | Q(
        conversation_id=None, customer_id__in=list(viewer.acts_for), kind__startswith="service."
    )
    theirs |= Q(conversation_id=None, customer_id__in=owned)
    return Entry.objects.filter(theirs, audience=Audience.CUSTOMER)
