"""Opening a ticket: conversation, message, number, clocks, counts and journal in one transaction."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from vigie.conversations import drafting
from vigie.conversations.models import Author, Channel, Message, Trust
from vigie.conversations.posting import Said, begin
from vigie.journal.models import Audience
from vigie.kernel import clock, rows, sql
from vigie.kernel.html import plain
from vigie.kernel.plain_line import plain_line
from vigie.kernel.writes import together
from vigie.people.access import Viewer
from vigie.people.models import Customer, Department, User
from vigie.promises import clocks
from vigie.promises.models import Kind, Priority
from vigie.tickets import counting
from vigie.tickets import critical as critical_
from vigie.tickets.changing import sees, tell
from vigie.tickets.critical import Critical
from vigie.tickets.due import place_in_queue
from vigie.tickets.errors import ClosedDepartmentError, NotYoursError, PriorityError, SubjectError, UsedKeyError
from vigie.tickets.models import State, Ticket

LONGEST_SUBJECT = 200
SNIPPET = 160

_COLUMNS = (
    "conversation_id", "number", "department_id", "priority", "urgency", "state", "service_id", "began_at", "began_zone",
    "diagnostics", "snippet", "due_at", "queue_at", "opened_at", "follows_id", "score_comment",
)  # fmt: skip


def open_ticket(
    *,
    viewer: Viewer,
    customer: Customer,
    department: Department,
    priority: str,
    subject: str,
    body: str,
    critical: Critical | None,
    client_key: UUID,
    attachment_ids: Collection[UUID] = (),
    channel: str = Channel.TICKET,
) -> Ticket:
    """Open a ticket for `customer` as `viewer`: a contact in the client area, or staff in the customer's name.

    Idempotent: the same `client_key` gives the ticket opened first. Durable when it returns. The writer's draft for a new
    ticket of this customer is dropped with it. Raises a TicketError with its field (see `errors`), a BeginTimeError, or a
    ConversationError (empty message, files gone).
    """
    now = clock.now()
    user = _writer(viewer, customer)
    if priority not in Priority.values:
        raise PriorityError
    if not department.is_open and not viewer.is_staff:
        raise ClosedDepartmentError
    subject = plain_line(subject)
    if not 1 <= len(subject) <= LONGEST_SUBJECT:
        raise SubjectError
    if priority == Priority.HIGH and not viewer.is_staff:
        critical = critical_.check(critical, viewer=viewer, customer=customer, now=now)
    elif critical is not None and critical.service is not None and critical.service.customer_id != customer.pk:
        raise NotYoursError
    said = Said(
        author=Author.AGENT if viewer.is_staff else Author.CUSTOMER, channel=channel, body=body,
        trust=opening_trust(viewer), user=user, attachment_ids=attachment_ids,
    )  # fmt: skip
    return together(
        lambda: begin_ticket(
            said=said, subject=subject, customer=customer, viewer=viewer, department_id=department.pk, priority=priority,
            critical=critical, client_key=client_key, at=now,
        )
    )  # fmt: skip


def begin_ticket(
    *, said: Said, subject: str, customer: Customer, viewer: Viewer, department_id: str, priority: str, critical: Critical | None,
    client_key: UUID | None, at: datetime, follows: Ticket | None = None,
) -> Ticket:  # fmt: skip
    """The writing part, in the caller's transaction, for whoever has checked what stands in the ticket."""
    user = said.user
    kind = "opened_by_staff" if viewer.is_staff else "token" if said.channel == Channel.API else "signed_in"
    evidence: list[dict[str, Any]] = [{"kind": kind, "at": at.isoformat(), "user": user.pk if user else None}]
    conversation = begin(
        said=said, subject=subject, customer_id=customer.pk, contact_id=None if viewer.is_staff or user is None else user.pk,
        language=user.language if user and not viewer.is_staff else customer.language, evidence=evidence, at=at,
        client_key=client_key,
    )  # fmt: skip
    if conversation is None:
        return _opened_before(client_key, viewer, customer)
    due_at = _start_clocks(said, conversation.pk, department_id, priority, at)
    ticket = Ticket(
        conversation=conversation, number=_next_number(), department_id=department_id, priority=priority,
        urgency=0 if priority == Priority.HIGH else 1, state=State.NEW if said.author == Author.CUSTOMER else State.OPEN,
        service=critical.service if critical else None, began_at=critical.began_at if critical else None,
        began_zone=critical.began_zone if critical and critical.began_at else "",
        diagnostics=rows.storable(critical.diagnostics) if critical else "", snippet=plain(rows.storable(said.body), SNIPPET), due_at=due_at,
        queue_at=place_in_queue(due_at, at), opened_at=at, follows=follows,
    )  # fmt: skip
    rows.insert(Ticket, {name: getattr(ticket, name) for name in _COLUMNS})
    ticket._state.adding = False  # noqa: SLF001  Django's documented way to say that the row is there
    counting.moved(frozenset(), counting.places(ticket))
    if user is not None:
        drafting.drop(user, drafting.new_place(customer.pk))
    tell(
        "ticket.opened",
        ticket,
        at=at,
        audience=Audience.CUSTOMER,
        by=user,
        data={"number": ticket.number, "department": department_id, "priority": priority, "channel": said.channel},
    )
    return ticket


def opening_trust(viewer: Viewer) -> Trust:
    """A contact who signed in is verified. What staff open in a customer's name is not: somebody only said who they are."""
    return Trust.CLAIMED if viewer.is_staff else Trust.VERIFIED


def _start_clocks(said: Said, conversation_id: int, department_id: str, priority: str, at: datetime) -> datetime | None:
    """Of a customer's ticket; when a human word is due. What staff open themselves has its first word already."""
    if said.author != Author.CUSTOMER:
        return None
    due = clocks.start_each(
        kinds=(Kind.ACKNOWLEDGEMENT, Kind.FIRST_REPLY), conversation_id=conversation_id, channel=said.channel,
        department_id=department_id, priority=priority, at=at,
    )  # fmt: skip
    return due.get(Kind.FIRST_REPLY)


def _writer(viewer: Viewer, customer: Customer) -> User:
    if viewer.user is None or not (viewer.is_staff or customer.pk in viewer.acts_for) or not customer.is_active:
        raise NotYoursError
    return viewer.user


def _opened_before(client_key: UUID | None, viewer: Viewer, customer: Customer) -> Ticket:
    """What the key opened the first time, for the same person; for anybody else the key is merely used."""
    ticket = (
        Ticket.objects.select_related("conversation")
        .filter(conversation__client_key=client_key, conversation__customer=customer)
        .first()
    )
    writer = Message.objects.filter(conversation=ticket.pk, seq=1).values_list("user", flat=True).first() if ticket else None
    if ticket is None or viewer.user is None or writer != viewer.user.pk or not sees(viewer, ticket):
        raise UsedKeyError
    ticket.is_repeat = True
    return ticket


def _next_number() -> int:
    return int(sql.ask("UPDATE tickets_ticketcounter SET last = last + 1 WHERE id = 1 RETURNING last")[0][0])

