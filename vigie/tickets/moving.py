"""Moving a ticket through its life, and what each move means for its clocks."""

from datetime import datetime

from django.db import connection

from vigie.conversations.models import Author
from vigie.journal.models import Audience
from vigie.kernel import clock
from vigie.people.access import Viewer
from vigie.people.models import User
from vigie.promises import clocks
from vigie.promises.models import Kind
from vigie.tickets import lifecycle
from vigie.tickets.changing import changing, customer_of, staff, tell
from vigie.tickets.errors import ClosedTicketError, MoveError, UnansweredError
from vigie.tickets.lifecycle import Answer, Event
from vigie.tickets.models import UNSOLVED, State, Ticket

_ANSWERED = "SELECT EXISTS (SELECT 1 FROM conversations_message WHERE conversation_id = %s AND author = %s AND NOT is_note)"


def move(*, viewer: Viewer, ticket: Ticket, to: str) -> Ticket:
    """Staff set the state; a customer may only say that it is solved. Idempotent: a ticket that stands there stays.

    Waiting pauses the clocks, open lets them go on, solved and closed end them. Raises NotAllowedError, UnansweredError
    (waiting or solved before a person answered), MoveError.
    """
    now = clock.now()
    if viewer.is_staff:
        by, event = staff(viewer), lifecycle.BY_STAFF.get(str(to))
    else:
        by, event = customer_of(viewer, ticket), Event.CUSTOMER_SOLVES if to == State.SOLVED else None
    if event is None:
        raise MoveError
    with changing(ticket) as fresh:
        apply(fresh, event, at=now, by=by)
    return ticket


def apply(ticket: Ticket, event: Event, *, at: datetime, by: User | None) -> bool:
    """Let `event` happen to a ticket locked by `changing`; whether its state changed. Raises MoveError, UnansweredError,
    ClosedTicketError. FOLLOW_UP is the caller's to see before: here it is refused.
    """
    answer = lifecycle.outcome(ticket.state, event)
    if answer is Answer.IGNORED:
        return False
    if event in lifecycle.UNANSWERED_REFUSES and not answered(ticket):
        raise UnansweredError
    if isinstance(answer, Answer):
        raise ClosedTicketError if event in {Event.AGENT_REPLIES, Event.TAKEN} else MoveError
    before, ticket.state = ticket.state, State(answer)
    _clocks(ticket, before, at)
    if ticket.state == State.SOLVED:
        ticket.solved_at = at
    elif ticket.state == State.CLOSED:
        ticket.closed_at = at
    else:
        ticket.closed_at = None
        if before in {State.SOLVED, State.CLOSED}:
            ticket.solved_at = None
    tell(
        "ticket.state_changed",
        ticket,
        at=at,
        audience=Audience.CUSTOMER,
        by=by,
        data={"from": str(before), "to": str(ticket.state)},
    )
    return True


def answered(ticket: Ticket) -> bool:
    """Whether a person of the staff has written to the customer."""
    with connection.cursor() as cursor:  # by hand: it comes with every look at a ticket
        cursor.execute(_ANSWERED, [ticket.pk, str(Author.AGENT)])
        return bool(cursor.fetchone()[0])


def _clocks(ticket: Ticket, before: str, at: datetime) -> None:
    if ticket.state == State.WAITING:
        clocks.pause(conversation_id=ticket.pk, at=at)
    elif before == State.WAITING:
        clocks.resume(conversation_id=ticket.pk, at=at)
    if ticket.state in {State.SOLVED, State.CLOSED}:
        clocks.drop(conversation_id=ticket.pk, at=at, kinds=[Kind.FIRST_REPLY, Kind.NEXT_UPDATE])


def owe_an_answer(ticket: Ticket, *, at: datetime, reopened: bool) -> None:
    """A customer wrote: where no human promise runs, start the one that holds. A reopened ticket is answered as a new one.

    An update is promised after each customer message only where the provider's policy has such a promise.
    """
    if ticket.state not in UNSOLVED or any(one.kind != Kind.ACKNOWLEDGEMENT for one in clocks.running_of(ticket.pk)):
        return
    clocks.start(
        conversation_id=ticket.pk,
        kind=Kind.FIRST_REPLY if reopened else Kind.NEXT_UPDATE,
        channel=ticket.conversation.channel,
        department_id=ticket.department_id,
        priority=ticket.priority,
        at=at,
    )
