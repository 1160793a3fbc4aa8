"""Who is written to about a ticket, and how: the person who opened it, else the registered address."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.urls import reverse

from vigie.conversations.models import Conversation
from vigie.kernel import lookup
from vigie.mail_out import compose
from vigie.mail_out.models import OutgoingMail
from vigie.people.models import Customer, Department, User
from vigie.tickets.models import Ticket

# By hand, as everything about mail that follows from a ticket: it runs with every ticket opened and every answer.
_TABLES = """tickets_ticket JOIN conversations_conversation ON conversations_conversation.id = tickets_ticket.conversation_id
JOIN people_department ON people_department.code = tickets_ticket.department_id
LEFT JOIN people_customer ON people_customer.id = conversations_conversation.customer_id
LEFT JOIN people_user ON people_user.id = conversations_conversation.contact_id"""
_ACTS_FOR = "SELECT 1 FROM people_contact WHERE user_id = %s AND customer_id = %s"


@dataclass(frozen=True, slots=True)
class Addressee:
    """`language` is "fr" or "en", `zone` an IANA name."""

    address: str
    name: str
    language: str
    zone: str


def ticket_of(conversation_id: int | None) -> Ticket | None:
    """The ticket with what a mail about it needs, or None for a conversation that is none. One query."""
    found = lookup.joined((Ticket, Conversation, Department, Customer, User), _TABLES, "conversation_id = %s", conversation_id)
    if not found:
        return None
    ticket, conversation, department, customer, contact = found[0]
    conversation.customer, conversation.contact = customer, contact
    ticket.conversation, ticket.department = conversation, department
    return ticket  # type: ignore[no-any-return]  # the first of `kinds`


def addressee_of(ticket: Ticket) -> Addressee | None:
    """The contact who opened it while that person may still sign in for the customer; None where there is no customer."""
    customer, contact = ticket.conversation.customer, ticket.conversation.contact
    if customer is None:
        return None
    if contact is not None and contact.is_active and _acts_for(contact, customer):
        return Addressee(contact.email, contact.name or customer.name, contact.language, contact.timezone)
    return Addressee(customer.registered_address, customer.name, customer.language, customer.timezone)


def _acts_for(contact: User, customer: Customer) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_ACTS_FOR, [contact.pk, customer.pk])
        return bool(cursor.fetchall())


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
