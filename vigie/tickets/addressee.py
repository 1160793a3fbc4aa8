"""Who is written to about a ticket, and how: the person who opened it, else the registered address."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from vigie.mail_out import compose
from vigie.mail_out.models import OutgoingMail
from vigie.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Addressee:
    """`language` is "fr" or "en", `zone` an IANA name."""

    address: str
    name: str
    language: str
    zone: str


def ticket_of(conversation_id: int | None) -> Ticket | None:
    """The ticket with what a mail about it needs, or None for a conversation that is none. One query."""
    tickets = Ticket.objects.select_related("conversation__customer", "conversation__contact", "department")
    return tickets.filter(pk=conversation_id).first()


def addressee_of(ticket: Ticket) -> Addressee | None:
    """The contact who opened it while that person may still sign in for the customer; None where there is no customer."""
    customer, contact = ticket.conversation.customer, ticket.conversation.contact
    if customer is None:
        return None
    if contact is not None and contact.is_active and contact.contacts.filter(customer=customer).exists():
        return Addressee(contact.email, contact.name or customer.name, contact.language, contact.timezone)
    return Addressee(customer.registered_address, customer.name, customer.language, customer.timezone)


def write(
    ticket: Ticket,
    to: Addressee,
    *,
    key: str,
    kind: str,
    template: str,
    context: dict[str, Any],
    automatic: bool = True,
) -> OutgoingMail:
    """Queue a mail about the ticket, with its number, subject and address in the client area beside `context`."""
    shared = {
        "number": ticket.number,
        "topic": ticket.conversation.subject,
        "name": to.name,
        "link": compose.link(reverse("portal:ticket", args=[ticket.number])),
    }
    return compose.queue(
        key=key,
        kind=kind,
        recipient=to.address,
        language=to.language,
        zone=to.zone,
        template=template,
        context=shared | context,
        customer_id=ticket.conversation.customer_id,
        conversation_id=ticket.pk,
        automatic=automatic,
    )
