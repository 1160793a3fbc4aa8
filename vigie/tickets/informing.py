"""The customer learns by mail what happens on a ticket: answers, priority, next update, solved, reopened. Never a note.

Reactions; each mail has a key of its own, so that running one again sends nothing twice.
"""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _
from markupsafe import Markup

from vigie.conversations.models import Author, Message
from vigie.journal.models import Entry
from vigie.mail_out.rendering import instant
from vigie.people.models import Role, User
from vigie.promises.models import Priority
from vigie.tickets.addressee import Addressee, addressee_of, ticket_of, write
from vigie.tickets.models import State, Ticket

DONE = (State.SOLVED, State.CLOSED)


def answered(entry: Entry) -> None:
    """`message.posted`: what an agent wrote, in full. Notes and automatic messages are no answers."""
    if entry.data.get("author") != Author.AGENT or entry.data.get("is_note"):
        return
    found = _whom(entry)
    if found is None:
        return
    ticket, to = found
    message = Message.objects.get(conversation=ticket.pk, seq=entry.data["seq"], is_note=False)
    write(
        ticket,
        to,
        key=f"reply:{message.pk}",
        kind="reply",
        template="replied",
        context={
            "author": message.author_name,
            "body": message.body,
            "html": Markup(message.html),  # noqa: S704  sanitised when it was written
            "files": message.attachments.count(),
        },
        automatic=False,
    )


def priority_changed(entry: Entry) -> None:
    """`ticket.priority_changed`: the new priority and the reason an agent gave."""
    found = _whom(entry)
    if found is None:
        return
    ticket, to = found
    with translation.override(to.language):
        priority = str(Priority(entry.data["to"]).label)
        headline = _("The priority is now: %(priority)s") % {"priority": priority}
        sentence = _("We have changed the priority of your ticket #%(number)s to %(priority)s.") % {
            "number": ticket.number,
            "priority": priority,
        }
    _tell(entry, ticket, to, "priority", headline, sentence, note=entry.data.get("reason", ""))


def update_promised(entry: Entry) -> None:
    """`ticket.next_update_promised` by an agent; what Vigie promises after a broken promise is told there (`alarming`)."""
    found = _whom(entry)
    if found is None or entry.data.get("automatic"):
        return
    ticket, to = found
    due_at = datetime.fromisoformat(entry.data["due"])
    with translation.override(to.language):
        headline = _("When you hear from us next")
        sentence = _("We are working on your ticket #%(number)s. You hear from us by %(instant)s at the latest.") % {
            "number": ticket.number,
            "instant": instant(due_at, to.zone),
        }
    _tell(entry, ticket, to, "next_update", headline, sentence, note=entry.data.get("note", ""))


def state_changed(entry: Entry) -> None:
    """`ticket.state_changed`: solved by staff, or open again. What the customer solved needs no mail to the customer."""
    found = _whom(entry)
    if found is None:
        return
    ticket, to = found
    before, after = entry.data["from"], entry.data["to"]
    if after == State.SOLVED and _by_staff(entry):
        with translation.override(to.language):
            headline = _("Your ticket is solved")
            sentence = _("We consider your ticket #%(number)s solved.") % {"number": ticket.number}
            rest = _("If it is not, answer on the ticket and it opens again. We are glad of your rating there.")
        _tell(entry, ticket, to, "solved", headline, sentence, after=rest)
    elif before in DONE and after not in DONE:
        with translation.override(to.language):
            headline = _("Your ticket is open again")
            sentence = _("Your ticket #%(number)s is open again.") % {"number": ticket.number}
            rest = ""
            if ticket.due_at is not None:
                rest = _("A person of our team answers you by %(instant)s at the latest.") % {
                    "instant": instant(ticket.due_at, to.zone)
                }
        _tell(entry, ticket, to, "reopened", headline, sentence, after=rest)


def _by_staff(entry: Entry) -> bool:
    return entry.actor_id is not None and User.objects.filter(pk=entry.actor_id).exclude(role=Role.CONTACT).exists()


def _whom(entry: Entry) -> tuple[Ticket, Addressee] | None:
    ticket = ticket_of(entry.conversation_id)
    to = addressee_of(ticket) if ticket is not None else None
    return (ticket, to) if ticket is not None and to is not None else None


def _tell(
    entry: Entry,
    ticket: Ticket,
    to: Addressee,
    kind: str,
    headline: str,
    sentence: str,
    *,
    note: str = "",
    after: str = "",
) -> None:
    context = {"headline": headline, "sentence": sentence, "note": note, "after": after}
    write(ticket, to, key=f"{kind}:{entry.pk}", kind=kind, template="changed", context=context)
