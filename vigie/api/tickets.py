"""Tickets: opened, found, read and answered."""

import uuid
from typing import Any, Literal

from django.db.models import Prefetch, Subquery
from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from vigie.api import customers, paging, problems, repeating
from vigie.api.attachments import described
from vigie.api.gate import Bearer, Caller, caller_of
from vigie.api.paging import Cursor, Limit, Page, page
from vigie.api.shapes import Key, MessageOut, NoteIn, Number, Priority, ReplyIn, State, TicketIn, TicketOut
from vigie.conversations import numbering
from vigie.conversations.models import Attachment, Channel, Message
from vigie.people.models import Customer, Department, User
from vigie.tickets import critical as critical_
from vigie.tickets import opening, replying
from vigie.tickets.critical import Critical
from vigie.tickets.errors import ClosedDepartmentError
from vigie.tickets.models import Ticket

router = Router(tags=["tickets"])
READ, WRITE = Bearer("tickets:read"), Bearer("tickets:write")
NOTE = Bearer("notes:write")


@router.get("/tickets", response=Page[TicketOut], auth=READ)
def list_tickets(
    request: HttpRequest,
    response: HttpResponse,
    state: State | None = None,
    department: Key | None = None,
    priority: Priority | None = None,
    customer: Key | None = None,
    service: Key | None = None,
    assignee: Number | Literal["me", "nobody"] | None = None,
    tag: Key | None = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> dict[str, Any]:
    """The newest first. `service` is an order number; `assignee` and `tag` are for staff and find nothing for others."""
    caller = caller_of(request)
    rows = seen(caller).order_by("-conversation_id")
    wanted: dict[str, Any] = {
        "state": state, "department": department, "priority": priority, "conversation__customer__reference": customer,
        "service__order_number": service,
    }  # fmt: skip
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    if (assignee is not None or tag is not None) and not caller.viewer.is_staff:
        rows = rows.none()
    if assignee is not None:
        rows = rows.filter(assignee=None if assignee == "nobody" else caller.user.pk if assignee == "me" else assignee)
    if tag is not None:
        rows = rows.filter(tags__name=tag.casefold())
    if before := paging.key_of(cursor):
        rows = rows.filter(conversation_id__lt=before)
    found = list(rows[: limit + 1])
    return page(request, response, found, limit, lambda row: shape(caller, row), lambda row: row.conversation_id)


@router.post("/tickets", response={200: TicketOut, 201: TicketOut}, auth=WRITE)
def open_ticket(request: HttpRequest, sent: TicketIn) -> Status[dict[str, Any]]:
    """Open a ticket. Sent again with its `Idempotency-Key`, it is the same ticket."""
    caller = caller_of(request)
    customer = _customer(caller, sent.customer)
    department = Department.objects.filter(code=sent.department).first()
    if department is None:
        raise ClosedDepartmentError
    ticket = opening.open_ticket(
        viewer=caller.viewer, customer=customer, department=department, priority=sent.priority, subject=sent.subject, body=sent.body,
        critical=_critical(caller, customer, sent), client_key=client_key(request, caller), attachment_ids=sent.attachments,
        channel=Channel.API,
    )  # fmt: skip
    return Status(200 if ticket.is_repeat else 201, shape(caller, find(caller, ticket.number)))


@router.get("/tickets/{number}", response=TicketOut, auth=READ)
def get_ticket(request: HttpRequest, number: Number) -> dict[str, Any]:
    caller = caller_of(request)
    return shape(caller, find(caller, number))


@router.get("/tickets/{number}/messages", response=Page[MessageOut], auth=READ)
def list_messages(
    request: HttpRequest, response: HttpResponse, number: Number, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, Any]:
    """In order. Internal notes are among them for staff whose token has `notes:read`."""
    caller = caller_of(request)
    ticket = find(caller, number)
    rows = Message.objects.visible_to(caller.viewer).filter(conversation=ticket.pk).order_by("seq")
    if not caller.may("notes:read"):
        rows = rows.filter(is_note=False)
    if after := paging.key_of(cursor):
        rows = rows.filter(seq__gt=Subquery(rows.filter(pk=after).values("seq")))
    files = Prefetch("attachments", queryset=Attachment.objects.visible_to(caller.viewer).order_by("created_at", "id"))
    found = list(rows.prefetch_related(files)[: limit + 1])
    numbers = numbering.shown_as(caller.viewer, found)
    return page(request, response, found, limit, lambda row: message_shape(row, numbers[row.pk]), lambda row: row.pk)


@router.post("/tickets/{number}/replies", response={200: MessageOut, 201: MessageOut}, auth=WRITE)
def reply(request: HttpRequest, number: Number, sent: ReplyIn) -> Status[dict[str, Any]]:
    """Answer, as staff or as the customer, by whose the token is. Both sides see it."""
    caller = caller_of(request)
    ticket = find(caller, number)
    seen_seq = numbering.seq_of(caller.viewer, ticket.conversation, sent.seen_seq) if sent.seen_seq is not None else None
    message = replying.reply(
        viewer=caller.viewer, ticket=ticket, body=sent.body, client_key=client_key(request, caller),
        attachment_ids=sent.attachments, then=sent.then, seen_seq=seen_seq, channel=Channel.API,
    )  # fmt: skip
    return Status(200 if message.is_repeat else 201, _one(caller, message))


@router.post("/tickets/{number}/notes", response={200: MessageOut, 201: MessageOut}, auth=NOTE)
def note(request: HttpRequest, number: Number, sent: NoteIn) -> Status[dict[str, Any]]:
    """Write an internal note; customers never see it."""
    caller = caller_of(request)
    message = replying.note(
        viewer=caller.viewer, ticket=find(caller, number), body=sent.body, client_key=client_key(request, caller),
        attachment_ids=sent.attachments,
    )  # fmt: skip
    return Status(200 if message.is_repeat else 201, _one(caller, message))


def seen(caller: Caller) -> Any:
    """The caller's tickets with all that `shape` needs: two queries for a page."""
    near = ("conversation__customer", "service", "assignee", "team", "follows")
    return Ticket.objects.visible_to(caller.viewer).select_related(*near).prefetch_related("tags")


def find(caller: Caller, number: int) -> Ticket:
    """Raises `Problem` 404 for a ticket the caller may not see, as for one that is not."""
    found: Ticket | None = seen(caller).filter(number=number).first()
    if found is None:
        raise problems.missing()
    return found


def client_key(request: HttpRequest, caller: Caller) -> uuid.UUID:
    """The same for the same user's same idempotency key, for ever: the verb remembers longer than the kept answer."""
    key = request.headers.get(repeating.HEADER)
    return uuid.uuid5(uuid.NAMESPACE_URL, f"vigie:{caller.user.pk}:{request.path}:{key}") if key else uuid.uuid4()


def shape(caller: Caller, ticket: Ticket) -> dict[str, Any]:
    """A ticket as the caller may know it: tags and teams are staff's own; of staff, customers learn the name."""
    staff, conversation, assignee = caller.viewer.is_staff, ticket.conversation, ticket.assignee
    names = (
        "number", "priority", "state", "began_at", "began_zone", "diagnostics", "due_at", "score", "score_comment", "opened_at",
        "solved_at", "closed_at",
    )  # fmt: skip
    follows = ticket.follows
    return {
        **{name: getattr(ticket, name) for name in names},
        "conversation": conversation.pk,
        "subject": conversation.subject,
        "customer": conversation.customer.reference if conversation.customer else None,
        "department": ticket.department_id,
        "channel": conversation.channel,
        "trust": conversation.trust,
        "service": {"order_number": ticket.service.order_number, "name": ticket.service.name} if ticket.service else None,
        "assignee": {"id": assignee.pk, "name": assignee.name, "email": assignee.email if staff else None} if assignee else None,
        "team": ticket.team.code if staff and ticket.team else None,
        "follows": follows.number if follows is not None else None,
        "tags": sorted(tag.name for tag in ticket.tags.all()) if staff else [],
        "updated_at": conversation.updated_at,
    }


def _one(caller: Caller, message: Message) -> dict[str, Any]:
    return message_shape(message, numbering.shown_as(caller.viewer, [message])[message.pk])


def message_shape(message: Message, seq: int) -> dict[str, Any]:
    names = ("author", "is_note", "channel", "trust", "body", "html", "created_at")
    return {
        "seq": seq,
        **{name: getattr(message, name) for name in names},
        "name": message.author_name,
        "attachments": [described(one) for one in message.attachments.all()],
    }


def _customer(caller: Caller, reference: str | None) -> Customer:
    if reference is None and len(caller.viewer.acts_for) == 1:
        return Customer.objects.visible_to(caller.viewer).get(pk__in=list(caller.viewer.acts_for))
    if reference is None:
        raise problems.needed("body.customer")
    return customers.find(caller.viewer, reference)


def _critical(caller: Caller, customer: Customer, sent: TicketIn) -> Critical | None:
    if sent.critical is None:
        return None
    service = critical_.service_named(caller.viewer, customer, sent.critical.service)
    return Critical(
        service=service, began_at=sent.critical.began_at, began_zone=sent.critical.began_zone, diagnostics=sent.critical.diagnostics
    )


def staff_named(id_: int) -> User | None:
    """A member of staff to assign to."""
    return User.objects.filter(pk=id_).first()
