"""A ticket by its number, with everything its page names, and the tickets that go on from it.

Both doors open a ticket with every page and every act. These look-ups are written by hand (`kernel.lookup`); what a viewer may
see is asked of the rows in hand by the rule that `Ticket.objects.visible_to` filters with.
"""

from vigie.conversations.models import Conversation
from vigie.inventory.models import Service
from vigie.kernel import lookup, sql
from vigie.people.access import Viewer
from vigie.people.models import Customer, Department, Team, User
from vigie.tickets.changing import sees
from vigie.tickets.models import Ticket

_TALK = "tickets_ticket JOIN conversations_conversation ON conversations_conversation.id = tickets_ticket.conversation_id"
_WHOLE = f"""{_TALK}
JOIN people_department ON people_department.code = tickets_ticket.department_id
LEFT JOIN people_customer ON people_customer.id = conversations_conversation.customer_id
LEFT JOIN inventory_service ON inventory_service.id = tickets_ticket.service_id
LEFT JOIN people_team ON people_team.id = tickets_ticket.team_id"""
_KINDS = (Ticket, Conversation, Department, Customer, Service, Team)
_EARLIER = """SELECT t.number, c.subject FROM conversations_conversation c JOIN tickets_ticket t ON t.conversation_id = c.id
WHERE c.customer_id = %s AND c.id <> %s ORDER BY c.id DESC LIMIT %s
"""
_LARGEST = 2**63 - 1


def by_number(viewer: Viewer, number: int) -> Ticket | None:
    """The ticket with its conversation (customer, contact), department, service, assignee, team and the ticket it follows.

    None for a number nobody has and for a ticket the viewer does not see: the two cannot be told apart. At most three queries.
    """
    rows = lookup.joined(_KINDS, _WHOLE, "tickets_ticket.number = %s", number) if number <= _LARGEST else []
    if not rows:
        return None
    ticket, conversation, department, customer, service, team = rows[0]
    conversation.customer = customer
    ticket.conversation, ticket.department, ticket.service, ticket.team = conversation, department, service, team
    if not sees(viewer, ticket):
        return None
    _name_people(viewer, ticket)
    ticket.follows = lookup.one(Ticket, "conversation_id = %s", ticket.follows_id) if ticket.follows_id else None
    return ticket  # type: ignore[no-any-return]  # the first of _KINDS


def follow_ups(viewer: Viewer, ticket: Ticket) -> list[int]:
    """The numbers of the tickets that follow this one, as far as the viewer sees them, in order. One query."""
    found = []
    for after, conversation in lookup.joined((Ticket, Conversation), _TALK, "follows_id = %s ORDER BY number", ticket.pk):
        after.conversation = conversation
        if sees(viewer, after):
            found.append(after.number)
    return found


def earlier(viewer: Viewer, ticket: Ticket, *, most: int) -> list[tuple[int, str]]:
    """(number, subject) of the same customer's other tickets, newest first. For staff; contacts get none. One query."""
    if not viewer.is_staff or ticket.conversation.customer_id is None:
        return []
    return sql.ask(_EARLIER, (ticket.conversation.customer_id, ticket.pk, most))


def _name_people(viewer: Viewer, ticket: Ticket) -> None:
    """Assignee and contact; the viewer is often one of the two and in hand already."""
    wanted = (ticket.assignee_id, ticket.conversation.contact_id)
    known: dict[int | None, User | None] = {viewer.actor_id: viewer.user, None: None}
    if not known.keys() >= set(wanted):
        known |= {one.pk: one for one in lookup.every(User, "id IN (%s, %s)", *wanted)}
    ticket.assignee, ticket.conversation.contact = (known[pk] for pk in wanted)
