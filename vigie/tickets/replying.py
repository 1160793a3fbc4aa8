"""Answering a ticket, by staff or customer, and internal notes."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from vigie.conversations import drafting
from vigie.conversations.models import Author, Channel, Message, Trust
from vigie.conversations.posting import post, sent_before
from vigie.conversations.verifying import verify
from vigie.kernel import clock
from vigie.kernel.html import plain
from vigie.people.access import Viewer
from vigie.people.models import User
from vigie.promises import clocks
from vigie.promises.models import Kind
from vigie.tickets import following, lifecycle, moving
from vigie.tickets.changing import changing, customer_of, staff
from vigie.tickets.errors import ClosedTicketError, MoveError, NewerMessagesError
from vigie.tickets.lifecycle import Answer, Event
from vigie.tickets.models import State, Ticket
from vigie.tickets.opening import SNIPPET


def reply(
    *,
    viewer: Viewer,
    ticket: Ticket,
    body: str,
    client_key: UUID,
    attachment_ids: Collection[UUID] = (),
    then: str | None = None,
    seen_seq: int | None = None,
    channel: str = Channel.TICKET,
) -> Message:
    """Send a message both sides see. Idempotent by `client_key`; durable when it returns; the writer's draft goes with it.

    Staff: meets the first-reply and next-update clocks, then moves to `then` if given. Customer: takes the ticket out of
    waiting and reopens a solved one; after `Provider.reopen_days` the message begins a follow-up ticket instead, and the
    message returned is that one's (another `conversation_id`). `seen_seq` is the newest message the writer has seen: a
    newer one by somebody else raises NewerMessagesError. Raises NotAllowedError, ClosedTicketError, MoveError, UnansweredError,
    ConversationError.
    """
    now = clock.now()
    by = staff(viewer) if viewer.is_staff else customer_of(viewer, ticket)
    with changing(ticket) as fresh:
        known = _sent_before(fresh, client_key)
        if known is not None:
            return known
        if seen_seq is not None:
            check_seen(fresh, by, seen_seq, with_notes=viewer.is_staff)
        event = Event.AGENT_REPLIES
        if not viewer.is_staff:
            event = Event.CUSTOMER_REPLIES_LATE if following.is_late(fresh, now) else Event.CUSTOMER_REPLIES
        answer = lifecycle.outcome(fresh.state, event)
        if answer is Answer.FOLLOW_UP:
            return following.begin_follow_up(
                viewer=viewer, ticket=fresh, body=body, client_key=client_key, attachment_ids=attachment_ids, at=now
            )
        if answer is Answer.REFUSED:
            raise ClosedTicketError
        message = post(
            conversation=fresh.conversation, author=Author.AGENT if viewer.is_staff else Author.CUSTOMER, channel=channel,
            body=body, at=now, user=by, trust=Trust.VERIFIED, client_key=client_key, attachment_ids=attachment_ids,
        )  # fmt: skip
        fresh.snippet = plain(message.body, SNIPPET)
        before = fresh.state
        if viewer.is_staff:
            _kept_word(fresh, now)
        moving.apply(fresh, event, at=now, by=by)
        if not viewer.is_staff:
            if fresh.conversation.trust != Trust.VERIFIED:
                verify(conversation=fresh.conversation, kind="signed_in", by=by, at=now)
            moving.owe_an_answer(fresh, at=now, reopened=before in {State.SOLVED, State.CLOSED})
        elif then is not None and then != fresh.state:
            _then(fresh, then, now, by)
        drafting.drop(by, drafting.reply_place(fresh.pk))
    return message


def note(
    *, viewer: Viewer, ticket: Ticket, body: str, client_key: UUID, attachment_ids: Collection[UUID] = ()
) -> Message:
    """Write an internal note: staff alone ever see it, no clock is met, no state changes. Idempotent by `client_key`."""
    now = clock.now()
    by = staff(viewer)
    with changing(ticket) as fresh:
        message = write_note(fresh, by, body, at=now, client_key=client_key, attachment_ids=attachment_ids)
        drafting.drop(by, drafting.note_place(fresh.pk))
    return message


def write_note(
    ticket: Ticket, by: User, body: str, *, at: datetime, client_key: UUID | None = None, attachment_ids: Collection[UUID] = ()
) -> Message:
    """The same inside `changing`, for verbs that explain themselves to colleagues."""
    return post(
        conversation=ticket.conversation, author=Author.AGENT, channel=Channel.TICKET, body=body, at=at, user=by, is_note=True,
        trust=Trust.VERIFIED, client_key=client_key, attachment_ids=attachment_ids,
    )  # fmt: skip


def _sent_before(ticket: Ticket, client_key: UUID) -> Message | None:
    """A retry finds its message whatever became of the ticket since, also in a follow-up that it began."""
    known = sent_before(ticket.pk, client_key)
    if known is None and ticket.state in {State.SOLVED, State.CLOSED}:
        known = Message.objects.filter(conversation__client_key=client_key, conversation__ticket__follows=ticket, seq=1).first()
        if known is not None:
            known.is_repeat = True
    return known


def check_seen(ticket: Ticket, by: User, seen_seq: int, *, with_notes: bool) -> None:
    """Raises NewerMessagesError where a person other than `by` wrote after `seen_seq`."""
    newer = Message.objects.filter(conversation=ticket.pk, seq__gt=seen_seq).exclude(user=by).exclude(author=Author.AUTO)
    if not with_notes:
        newer = newer.filter(is_note=False)
    last = newer.order_by("-seq").values_list("seq", flat=True).first()
    if last is not None:
        raise NewerMessagesError(last)


def _kept_word(ticket: Ticket, at: datetime) -> None:
    for kind in (Kind.FIRST_REPLY, Kind.NEXT_UPDATE):
        clocks.meet(conversation_id=ticket.pk, kind=kind, at=at, author=Author.AGENT)


def _then(ticket: Ticket, then: str, at: datetime, by: User) -> None:
    event = lifecycle.BY_STAFF.get(str(then))
    if event is None:
        raise MoveError
    moving.apply(ticket, event, at=at, by=by)

