"""What stands beside a conversation: its clocks, who the customer is, their services, earlier tickets.

Account data only where the conversation is verified: in any other, the panel offers the proof link instead.
"""

from typing import Any

from vigie.conversations.models import ProofLink, Trust
from vigie.inventory import acting
from vigie.inventory.errors import ActionsBroken
from vigie.inventory.models import Service
from vigie.kernel import clock, lookup
from vigie.people.access import Viewer
from vigie.people.models import Contact
from vigie.promises.models import Clock, ClockState, Kind
from vigie.tickets.models import Ticket

SERVICES = 5
EARLIER = 6


def panel(viewer: Viewer, found: Ticket) -> dict[str, Any]:
    """Everything the panel draws. `verified` False: no service, address, contact or earlier ticket is in it."""
    conversation, customer = found.conversation, found.conversation.customer
    verified = conversation.trust == Trust.VERIFIED
    clocks = lookup.every(Clock, "conversation_id = %s AND state <> %s ORDER BY id", found.pk, str(ClockState.DROPPED))
    owed = [one for one in clocks if one.kind != Kind.ACKNOWLEDGEMENT and _is_owed(one)]
    shown: dict[str, Any] = {
        "clocks": clocks,
        "due": min(owed, key=lambda one: one.due_at, default=None),
        "verified": verified,
        "customer": customer,
        "services": [],
        "service": None,
        "contacts": [],
        "earlier_tickets": [],
        "actions": [],
        "proof": None,
    }
    if customer is None:
        return shown
    if not verified:
        proofs = ProofLink.objects.filter(conversation=conversation, used_at=None, expires_at__gt=clock.now())
        return shown | {"proof": proofs.order_by("-id").first()}
    mine = Service.objects.visible_to(viewer).filter(customer=customer).prefetch_related("addresses")
    services = list(mine.exclude(pk=found.service_id or 0).order_by("name")[: SERVICES + 1])
    service = mine.filter(pk=found.service_id).first() if found.service_id is not None else None
    earlier = Ticket.objects.visible_to(viewer).filter(conversation__customer=customer).exclude(pk=found.pk)
    return shown | {
        "services": services[:SERVICES],
        "more_services": len(services) > SERVICES,
        "service": service,
        **_actions(viewer, found, service),
        "contacts": list(
            Contact.objects.filter(customer=customer).select_related("user").order_by("role", "user__name")[:6]
        ),
        "earlier_tickets": list(
            earlier.order_by("-pk").values_list("number", "conversation__subject", "state")[:EARLIER]
        ),
    }


def _actions(viewer: Viewer, found: Ticket, service: Service | None) -> dict[str, Any]:
    """What may be done to the service concerned; a broken declaration is said, not hidden."""
    if service is None:
        return {}
    try:
        return {"actions": acting.available(viewer, found.conversation, service)}
    except ActionsBroken as broken:
        return {"actions_broken": str(broken)}


def _is_owed(one: Clock) -> bool:
    return one.state in {ClockState.RUNNING, ClockState.PAUSED} or (
        one.state == ClockState.BROKEN and one.settled_at is None
    )
