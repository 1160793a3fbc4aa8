"""The ticket an address names, for the viewer who asks: theirs or no ticket at all."""

from django.http import Http404
from django.utils.translation import gettext as _

from vigie.tickets import finding
from vigie.tickets.models import Ticket

from .gate import ClientRequest


def own_ticket(request: ClientRequest, number: int) -> Ticket:
    """The ticket with what its page shows. Raises Http404, the same for "not yours" and "is not"."""
    found = finding.by_number(request.viewer, number)
    if found is None:
        raise Http404(_("There is no such ticket among yours."))
    return found
