"""The ticket an address names, for the viewer who asks: theirs or no ticket at all."""

from django.http import Http404
from django.utils.translation import gettext as _

from vigie.tickets.models import Ticket

from .gate import ClientRequest


def own_ticket(request: ClientRequest, number: int) -> Ticket:
    """The ticket with what its page shows, fetched in one query. Raises Http404, the same for "not yours" and "is not"."""
    found = (
        Ticket.objects.visible_to(request.viewer)
        .select_related("conversation__customer", "department", "service", "assignee", "team", "follows")
        .filter(number=number)
        .first()
    )
    if found is None:
        raise Http404(_("There is no such ticket among yours."))
    return found
