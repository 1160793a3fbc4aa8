"""An agent's ten seconds to take a reply back. They run on the server: closing the tab still sends."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import translation

from vigie.conversations import drafting
from vigie.conversations.attaching import check_waiting
from vigie.conversations.errors import ConversationError
from vigie.conversations.models import Author, Channel, Message, Trust
from vigie.conversations.posting import Said, check
from vigie.journal.models import Audience
from vigie.kernel import clock, lookup
from vigie.kernel.rows import storable
from vigie.people.access import Viewer, viewer_of
from vigie.tickets import lifecycle
from vigie.tickets.changing import staff, tell
from vigie.tickets.errors import ClosedTicketError, MoveError, SentAlreadyError, TicketError
from vigie.tickets.lifecycle import Answer, Event
from vigie.tickets.models import HeldReply, Ticket
from vigie.tickets.replying import check_seen, reply

GRACE = timedelta(seconds=10)
_AT_ONCE = 100


def hold(
    *,
    viewer: Viewer,
    ticket: Ticket,
    body: str,
    client_key: UUID,
    attachment_ids: Collection[UUID] = (),
    then: str | None = None,
    seen_seq: int | None = None,
) -> HeldReply:
    """Accept a reply, to be sent in ten seconds unless `undo` comes first; until then its author alone sees it.

    Durable and idempotent by `client_key`. Checks now what `reply` would refuse then: raises NotAllowedError,
    NewerMessagesError, ClosedTicketError, MoveError, SentAlreadyError (the key has been sent), ConversationError.
    """
    now = clock.now()
    by = staff(viewer)
    check(Said(author=Author.AGENT, channel=Channel.TICKET, body=body, trust=Trust.VERIFIED, attachment_ids=attachment_ids))
    with transaction.atomic():
        fresh = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)
        known = HeldReply.objects.filter(client_key=client_key, user=by, ticket=fresh).first()
        if known is not None:
            return known
        if Message.objects.filter(conversation=fresh.pk, client_key=client_key).exists():
            raise SentAlreadyError
        if lifecycle.outcome(fresh.state, Event.AGENT_REPLIES) is Answer.REFUSED:
            raise ClosedTicketError
        if then and then not in lifecycle.BY_STAFF:
            raise MoveError
        if seen_seq is not None:
            check_seen(fresh, by, seen_seq, with_notes=True)
        check_waiting(by, attachment_ids)
        held = HeldReply.objects.create(
            ticket=fresh,
            user=by,
            body=storable(body),
            attachment_ids=[str(one) for one in attachment_ids],
            then=then or "",
            client_key=client_key,
            created_at=now,
            due_at=now + GRACE,
        )
        drafting.drop(by, drafting.reply_place(fresh.pk))
    return held


def undo(*, viewer: Viewer, held_id: int) -> HeldReply:
    """Take a held reply back: nothing is sent, and its text is the author's draft again. Raises SentAlreadyError when it is
    too late (or not the viewer's), so that of sending and taking back exactly one happens.
    """
    by = staff(viewer)
    with transaction.atomic():
        held = HeldReply.objects.select_for_update().filter(pk=held_id, user=by).first()
        if held is None:
            raise SentAlreadyError
        held.delete()
        place = drafting.reply_place(held.ticket_id)
        typed = drafting.find(by, place).get("body", "")
        body = f"{held.body}\n\n{typed}" if typed.strip() else held.body
        drafting.keep(user=by, place=place, data={"body": body, "attachments": held.attachment_ids, "then": held.then})
    return held


def held_of(viewer: Viewer, ticket: Ticket) -> list[HeldReply]:
    """The viewer's own held replies to this ticket, those that could not be sent (`error`) among them."""
    if viewer.user is None or not viewer.is_staff:
        return []
    return lookup.every(HeldReply, "ticket_id = %s AND user_id = %s ORDER BY id", ticket.pk, viewer.user.pk)


def release_due(at: datetime | None = None) -> int:
    """Send what has waited its ten seconds; how many were sent. Any number of processes may run it; none sends twice.

    One that cannot be sent (ticket closed, author no longer active) stays with its author and says why.
    """
    now = at or clock.now()
    due = HeldReply.objects.filter(due_at__lte=now).extra(where=["error = ''"])
    sent = 0
    for pk in list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:_AT_ONCE]):
        sent += _release(pk, now)
    return sent


def _release(pk: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            # Skips what another process is sending, or its author is taking back, at this moment.
            rows = HeldReply.objects.select_for_update(skip_locked=True, of=("self",)).select_related("user", "ticket__conversation")
            held = rows.filter(pk=pk, error="").first()
            if held is None:
                return False
            reply(
                viewer=viewer_of(held.user),
                ticket=held.ticket,
                body=held.body,
                client_key=held.client_key,
                attachment_ids=[UUID(one) for one in held.attachment_ids],
                then=held.then or None,
            )
            held.delete()
    except (TicketError, ConversationError) as refused:
        _give_back(pk, refused, now)
        return False
    return True


def _give_back(pk: int, reason: Exception, now: datetime) -> None:
    with transaction.atomic():
        held = HeldReply.objects.select_for_update(of=("self",)).select_related("ticket__conversation", "user").filter(pk=pk).first()
        if held is not None:
            with translation.override(held.user.language):
                held.error = str(reason)[:300]
            held.save(update_fields=["error"])
            tell("reply.returned", held.ticket, at=now, audience=Audience.STAFF, by=held.user, data={"held": held.pk})
