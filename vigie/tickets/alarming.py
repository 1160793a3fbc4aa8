"""Alarms: staff hear before a promise breaks; when it breaks, the customer hears too, with a new committed time."""

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vigie.conversations.models import Author, Channel, Trust
from vigie.conversations.posting import post
from vigie.journal.models import Audience, Entry
from vigie.kernel import clock as time
from vigie.mail_out import compose
from vigie.mail_out.rendering import instant
from vigie.people.provider import current
from vigie.promises import clocks
from vigie.promises.models import Clock, ClockState, Kind
from vigie.promises.steps import HALF, LAST_MINUTES
from vigie.tickets.addressee import addressee_of, ticket_of, write
from vigie.tickets.changing import changing, tell
from vigie.tickets.models import UNSOLVED, Ticket
from vigie.tickets.on_duty import Rung, reached

BROKEN = 3

ALARMS: dict[tuple[str, int], tuple[Rung, ...]] = {
    (Kind.ACKNOWLEDGEMENT, HALF): (),
    (Kind.ACKNOWLEDGEMENT, LAST_MINUTES): (),
    (Kind.ACKNOWLEDGEMENT, BROKEN): (Rung.ON_CALL,),  # automatic: something of ours stands still
    (Kind.FIRST_REPLY, HALF): (Rung.ASSIGNEE,),
    (Kind.FIRST_REPLY, LAST_MINUTES): (Rung.ASSIGNEE, Rung.TEAM, Rung.NEXT_LEVEL),
    (Kind.FIRST_REPLY, BROKEN): tuple(Rung),
    (Kind.NEXT_UPDATE, HALF): (Rung.ASSIGNEE,),
    (Kind.NEXT_UPDATE, LAST_MINUTES): (Rung.ASSIGNEE, Rung.TEAM, Rung.NEXT_LEVEL),
    (Kind.NEXT_UPDATE, BROKEN): tuple(Rung),
}
"""Who hears of which step of which clock; a rung nobody stands on passes the alarm up."""

AGAIN = (timedelta(minutes=30), timedelta(hours=1), timedelta(hours=2), timedelta(hours=4))
"""What is committed to after the first, second ... broken promise in a row; the last one repeats."""

HEADLINES: dict[int, Lazy] = {
    HALF: gettext_lazy("Half of the time has passed"),
    LAST_MINUTES: gettext_lazy("Two minutes to go"),
    BROKEN: gettext_lazy("A promise is broken"),
}
SENTENCES: dict[str, Lazy] = {
    Kind.ACKNOWLEDGEMENT: gettext_lazy("Ticket #%(number)s was not acknowledged to the customer."),
    Kind.FIRST_REPLY: gettext_lazy("The customer of ticket #%(number)s waits for the first reply."),
    Kind.NEXT_UPDATE: gettext_lazy("The customer of ticket #%(number)s waits for the update that was promised."),
}
REASONS: dict[Rung, Lazy] = {
    Rung.ASSIGNEE: gettext_lazy("You hear of it because the ticket is assigned to you."),
    Rung.TEAM: gettext_lazy("You hear of it because your team is responsible and on duty."),
    Rung.NEXT_LEVEL: gettext_lazy("You hear of it because your team is the next level on duty."),
    Rung.ON_CALL: gettext_lazy("You hear of it because you are on call."),
}


def warned(entry: Entry) -> None:
    """Reaction to `clock.warned`. A clock answered or paused in the meantime alarms nobody."""
    found = _waited_for(entry)
    if found is not None:
        _alarm(*found, step=int(entry.data["step"]), entry=entry)


def broken(entry: Entry) -> None:
    """Reaction to `clock.broken`: everybody on the ladder, and the customer on the ticket and by mail."""
    found = _waited_for(entry)
    if found is None:
        return
    ticket, clock = found
    _alarm(ticket, clock, step=BROKEN, entry=entry)
    if clock.kind != Kind.ACKNOWLEDGEMENT:
        _tell_customer(ticket, entry)


def _waited_for(entry: Entry) -> tuple[Ticket, Clock] | None:
    ticket = ticket_of(entry.conversation_id)
    clock = Clock.objects.filter(pk=entry.data["clock"], settled_at=None).exclude(state=ClockState.PAUSED).first()
    if ticket is None or clock is None or ticket.state not in UNSOLVED:
        return None
    return ticket, clock


def _alarm(ticket: Ticket, clock: Clock, *, step: int, entry: Entry) -> None:
    rungs = ALARMS[clock.kind, step]
    if not rungs:
        return
    people = reached(ticket, rungs, time.now())
    for user, rung in people.items():
        with translation.override(user.language):
            context = {
                "number": ticket.number,
                "topic": ticket.conversation.subject,
                "headline": str(HEADLINES[step]),
                "sentence": str(SENTENCES[clock.kind]) % {"number": ticket.number},
                "customer": str(ticket.conversation.customer or ""),
                "priority": ticket.get_priority_display(),
                "due_at": clock.due_at,
                "why": str(REASONS[rung]),
                "link": compose.link(reverse("console:ticket", args=[ticket.number])),
            }
        compose.queue(
            key=f"alarm:{entry.pk}:{user.pk}",
            kind="alarm",
            recipient=user.email,
            language=user.language,
            zone=user.timezone,
            template="alarm",
            context=context,
            customer_id=ticket.conversation.customer_id,
            conversation_id=ticket.pk,
        )
    tell(
        "ticket.alarmed",
        ticket,
        at=time.now(),
        audience=Audience.STAFF,
        by=None,
        data={"clock": clock.pk, "kind": clock.kind, "step": step, "people": [user.pk for user in people]},
    )


def _tell_customer(ticket: Ticket, entry: Entry) -> None:
    """Say that we are late and by when the customer hears from us; that time has a clock of its own."""
    now, to, provider = time.now(), addressee_of(ticket), current()
    language, zone = (to.language, to.zone) if to else (ticket.conversation.language, provider.timezone)
    with changing(ticket) as fresh:
        due_at = _committed(fresh, now)
        words = {"number": ticket.number, "instant": ""}
        with translation.override(language):
            words["instant"] = instant(due_at, zone)
            headline = _("We are late, and we are sorry")
            sentence = _("We have not kept the time we promised you for ticket #%(number)s.") % words
            after = _("Our team has been alerted. You hear from us by %(instant)s at the latest.") % words
        message = post(
            conversation=fresh.conversation,
            author=Author.AUTO,
            author_name=provider.name,
            channel=Channel.TICKET,
            body=f"{sentence} {after}",
            at=now,
            trust=Trust.VERIFIED,
            client_key=uuid5(NAMESPACE_URL, f"broken:{entry.pk}"),
        )
        if message.is_repeat:
            return
        tell(
            "ticket.next_update_promised",
            fresh,
            at=now,
            audience=Audience.CUSTOMER,
            by=None,
            data={"due": due_at.isoformat(), "note": "", "automatic": True},
        )
        if to is not None:
            context = {"headline": headline, "sentence": sentence, "note": "", "after": after}
            write(fresh, to, key=f"broken:{entry.pk}", kind="late", template="changed", context=context)


def _committed(ticket: Ticket, now: datetime) -> datetime:
    """The time an agent has promised already, if it is still to come; else a new one, further off with every broken word."""
    waited = clocks.running_of(ticket.pk)
    for clock in waited:
        if clock.kind == Kind.NEXT_UPDATE and clock.state == ClockState.RUNNING and clock.due_at > now:
            return clock.due_at
    broken_so_far = sum(clock.state == ClockState.BROKEN and clock.kind != Kind.ACKNOWLEDGEMENT for clock in waited)
    due_at = now + AGAIN[min(max(broken_so_far, 1), len(AGAIN)) - 1]
    due_at = due_at.replace(second=0, microsecond=0) + timedelta(minutes=1)
    clocks.commit(conversation_id=ticket.pk, due_at=due_at, by=None, note="", at=now)
    return due_at
