"""What stands beside a conversation: its clocks, who the customer is, their services, earlier tickets.

Account data only where the conversation is verified: in any other, the panel offers the proof link instead.
"""

from typing import Any

from vigie.conversations.models import ProofLink, Trust
from vigie.inventory import acting
from vigie.inventory.errors import ActionsBroken
from vigie.inventory.models import Address, Service
from vigie.kernel import clock, lookup
from vigie.people.access import Viewer
from vigie.promises.models import Clock, ClockState, Kind
from vigie.tickets import finding
from vigie.tickets.models import Ticket

SERVICES = 5
EARLIER = 6
ADDRESSES = 3
_OTHERS = "customer_id = %s AND id <> %s ORDER BY name, id LIMIT %s"


def panel(viewer: Viewer, found: Ticket) -> dict[str, Any]:
    """Everything the panel draws. `verified` False: no service, address or earlier ticket is in it."""
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
        "earlier_tickets": [],
        "actions": [],
        "proof": None,
    }
    if customer is None:
        return shown
    if not verified:
        proofs = ProofLink.objects.filter(conversation=conversation, used_at=None, expires_at__gt=clock.now())
        return shown | {"proof": proofs.order_by("-id").first()}
    service = found.service if found.service is not None and found.service.customer_id == customer.pk else None
    services = lookup.every(Service, _OTHERS, customer.pk, found.service_id or 0, SERVICES + 1)
    return shown | {
        "services": services[:SERVICES],
        "more_services": len(services) > SERVICES,
        "service": service,
        "addresses": _addresses([*services[:SERVICES], *([service] if service else [])]),
        **_actions(viewer, found, service),
        "earlier_tickets": finding.earlier(viewer, found, most=EARLIER),
    }


def _addresses(services: list[Service]) -> dict[int, list[str]]:
    """The first prefixes of each service, by its id."""
    found: dict[int, list[str]] = {}
    if services:
        marks = ", ".join(["%s"] * len(services))
        for one in lookup.every(Address, f"service_id IN ({marks}) ORDER BY id", *(one.pk for one in services)):
            found.setdefault(one.service_id, []).append(one.prefix)
    return {pk: prefixes[:ADDRESSES] for pk, prefixes in found.items()}


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
