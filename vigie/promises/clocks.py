"""Starting, meeting, pausing, resuming and dropping clocks.

Every verb runs inside the caller's transaction, which holds the conversation's row; `at` is the caller's frozen, aware now.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Min, Q

from vigie.conversations.models import Author, Conversation
from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import lookup, rows, sql
from vigie.people.models import User
from vigie.promises import policy
from vigie.promises.calendar import ALWAYS
from vigie.promises.errors import FarCommitmentError, PastCommitmentError
from vigie.promises.models import Clock, ClockState, Kind, Priority
from vigie.promises.steps import due_after, left_of, next_wake
from vigie.promises.tallying import tally
from vigie.promises.working import working_time

LIVE = (ClockState.RUNNING, ClockState.PAUSED)
WAITED_FOR = Q(state__in=LIVE) | Q(state=ClockState.BROKEN, settled_at=None)

_WAITED_FOR = "(promises_clock.state IN ('running', 'paused') OR (promises_clock.state = 'broken' AND promises_clock.settled_at IS NULL))"
_WITH_CONVERSATION = "promises_clock JOIN conversations_conversation ON conversations_conversation.id = promises_clock.conversation_id"

_COLUMNS = (
    "conversation_id", "kind", "channel", "department_id", "priority", "calendar_id", "state", "started_at", "target",
    "aim_at", "due_at", "wake_at", "warned", "promised_by_id", "note",
)  # fmt: skip
_OF_TERMS = ("calendar_id", "target", "aim_at", "due_at", "wake_at")
_START = f"""
INSERT INTO promises_clock (
    kind, conversation_id, channel, department_id, priority, started_at, {", ".join(_OF_TERMS)}, state, warned, note
) VALUES (%s, %s, %s, %s, %s, %s, {", ".join(["%s"] * len(_OF_TERMS))}, 'running', 0, '')
"""


def start(
    *, conversation_id: int, kind: str, channel: str, department_id: str | None, priority: str, at: datetime
) -> Clock | None:
    """Start the clock of the promise in force; None where nothing is promised. One that runs already is returned as it is."""
    terms = policy.promise_for(channel=channel, kind=kind, department_id=department_id, priority=priority)
    if terms is None:
        return None
    clock = Clock(conversation_id=conversation_id, kind=kind, channel=channel, department_id=department_id, priority=priority)
    for column, value in _terms_from(terms, at).items():
        setattr(clock, column, value)
    if _insert(clock):
        return clock
    return Clock.objects.filter(conversation_id=conversation_id, kind=kind, state__in=LIVE).first()


def start_each(
    *, kinds: Collection[str], conversation_id: int, channel: str, department_id: str | None, priority: str, at: datetime
) -> dict[str, datetime]:
    """Start the clocks of these kinds in a conversation that has none yet; when each is due. What is not promised is left out."""
    found = policy.promises_for(channel=channel, kinds=kinds, department_id=department_id, priority=priority)
    shared = (conversation_id, channel, department_id, priority, rows.bound(at))
    due, values = {}, []
    for kind in kinds:
        if kind in found:
            terms = _terms_from(found[kind], at)
            due[kind] = terms["due_at"]
            values.append((kind, *shared, *(rows.bound(terms[column]) for column in _OF_TERMS)))
    sql.change_each(_START, values)
    return due


def _terms_from(terms: policy.Terms, at: datetime) -> dict[str, Any]:
    """The columns of `_OF_TERMS` for a clock that starts at `at`."""
    working = working_time(terms.calendar_id)
    due_at = due_after(working, at, terms.limit)
    return {
        "calendar_id": terms.calendar_id,
        "started_at": at,
        "target": terms.limit,
        "aim_at": due_after(working, at, terms.aim) if terms.aim < terms.limit else None,
        "due_at": due_at,
        "wake_at": next_wake(working, at=at, left=terms.limit, target=terms.limit, due_at=due_at, warned=0),
    }


def commit(*, conversation_id: int, due_at: datetime, by: User | None, note: str, at: datetime) -> Clock:
    """Promise the customer an update by `due_at` (all hours count); it replaces the one promised before.

    `by` is None when Vigie commits after a broken promise: what is still unanswered then stays so. Raises
    PastCommitmentError, FarCommitmentError.
    """
    if due_at <= at:
        raise PastCommitmentError
    if due_at > at + timedelta(seconds=policy.MOST):
        raise FarCommitmentError
    drop(conversation_id=conversation_id, at=at, kinds=[Kind.NEXT_UPDATE], keep_broken=by is None)
    like = Clock.objects.filter(conversation_id=conversation_id).order_by("id").first()
    target = max(1, round((due_at - at).total_seconds()))
    clock = Clock(
        conversation_id=conversation_id,
        kind=Kind.NEXT_UPDATE,
        channel=Conversation.objects.values_list("channel", flat=True).get(pk=conversation_id),
        department_id=like.department_id if like else None,
        priority=like.priority if like else Priority.REGULAR,
        started_at=at,
        target=target,
        due_at=due_at,
        wake_at=next_wake(ALWAYS, at=at, left=target, target=target, due_at=due_at, warned=0),
        promised_by=by,
        note=note[:200],
    )
    _insert(clock)
    return clock


def meet(*, conversation_id: int, kind: str, at: datetime, author: str = Author.AGENT) -> Clock | None:
    """The promise was answered at `at`: met when in time, else broken and answered late. Returns the newest such clock.

    Only a person of the staff meets a first reply or a next update: for any other `author` nothing happens then.
    """
    if author != Author.AGENT and kind != Kind.ACKNOWLEDGEMENT:
        return None
    newest = None
    for clock in _held(conversation_id, _WAITED_FOR, kind=kind):
        _answer(clock, at)
        newest = clock
    return newest


def pause(*, conversation_id: int, at: datetime) -> None:
    """Stop the running clocks, keeping the working time they have left. One already due is left for the sweep to break."""
    for clock in _held(conversation_id, "promises_clock.state = 'running'"):
        if clock.due_at <= at:
            continue
        left = left_of(working_time(clock.calendar_id), at, clock.due_at)
        clock.state, clock.paused_left, clock.wake_at = ClockState.PAUSED, max(1, round(left)), None
        save(clock, "state", "paused_left", "wake_at")


def resume(*, conversation_id: int, at: datetime) -> None:
    """Let paused clocks go on: they are due after the working time they had left, warnings already given not repeated."""
    for clock in _held(conversation_id, "promises_clock.state = 'paused'"):
        working, left = working_time(clock.calendar_id), clock.paused_left or 1
        if clock.aim_at is not None:
            reserve = working.between(clock.aim_at, clock.due_at)
            if left > reserve:  # otherwise the aim lay before the pause and stays where it was
                clock.aim_at = due_after(working, at, left - reserve)
        clock.due_at = due_after(working, at, left)
        clock.state, clock.paused_left = ClockState.RUNNING, None
        clock.wake_at = next_wake(
            working, at=at, left=left, target=clock.target, due_at=clock.due_at, warned=clock.warned
        )
        save(clock, "aim_at", "due_at", "state", "paused_left", "wake_at")


def hasten(*, conversation_id: int, department_id: str | None, priority: str, at: datetime) -> None:
    """After a change of priority or department: the new promise counts from `at`, but nothing becomes due later than told."""
    for clock in _held(conversation_id, "promises_clock.state = 'running'", kind=Kind.FIRST_REPLY):
        terms = policy.promise_for(
            channel=clock.channel, kind=clock.kind, department_id=department_id, priority=priority
        )
        if terms is None:
            continue
        working = working_time(terms.calendar_id)
        due_at = due_after(working, at, terms.limit)
        if due_at >= clock.due_at:
            continue
        clock.due_at, clock.calendar_id, clock.warned = due_at, terms.calendar_id, 0
        clock.target = terms.limit + round(working.between(clock.started_at, at))
        clock.aim_at = due_after(working, at, terms.aim) if terms.aim < terms.limit else None
        clock.wake_at = next_wake(working, at=at, left=terms.limit, target=clock.target, due_at=due_at, warned=0)
        save(clock, "due_at", "calendar_id", "warned", "target", "aim_at", "wake_at")


def drop(*, conversation_id: int, at: datetime, kinds: Sequence[str] | None = None, keep_broken: bool = False) -> None:
    """Nobody waits for these promises any more (all kinds when None); broken ones stay broken, unanswered for good."""
    mine = Clock.objects.filter(conversation_id=conversation_id)
    if kinds is not None:
        mine = mine.filter(kind__in=kinds)
    mine.filter(state__in=LIVE).update(state=ClockState.DROPPED, settled_at=at, wake_at=None)
    if not keep_broken:
        mine.filter(state=ClockState.BROKEN, settled_at=None).update(settled_at=at)


def break_(clock: Clock, at: datetime) -> None:
    """Mark a running clock whose due instant has passed as broken, count it and tell the journal. For the sweep and `meet`."""
    clock.state, clock.broken_at, clock.decided_at, clock.wake_at = ClockState.BROKEN, at, at, None
    save(clock, "state", "broken_at", "decided_at", "wake_at", "answered_at", "settled_at", "took")
    tally(clock)
    _tell("clock.broken", clock, at)


def save(clock: Clock, *columns: str) -> None:
    """Write these columns of a clock held by the caller; by hand, as it runs with every reply and every sweep."""
    assignments = ", ".join(f"{column} = %s" for column in columns)
    values = [*(rows.bound(getattr(clock, column)) for column in columns), clock.pk]
    sql.change(f"UPDATE promises_clock SET {assignments} WHERE id = %s", values)


def earliest_due(conversation_id: int) -> datetime | None:
    """The earliest due instant somebody still waits for: of running clocks, and of broken ones nobody has answered yet."""
    waited = Clock.objects.filter(Q(state=ClockState.RUNNING) | Q(state=ClockState.BROKEN, settled_at=None))
    found: datetime | None = waited.filter(conversation_id=conversation_id).aggregate(due=Min("due_at"))["due"]
    return found


def running_of(conversation_id: int) -> list[Clock]:
    """The clocks somebody still waits for: running, paused, or broken and unanswered; the earliest due first."""
    return list(Clock.objects.filter(WAITED_FOR, conversation_id=conversation_id).order_by("due_at", "id"))


def all_of(conversation_id: int) -> list[Clock]:
    """Everything that was promised in the conversation, in order, for "what was promised, what was kept"."""
    return list(Clock.objects.filter(conversation_id=conversation_id).order_by("id"))


def _held(conversation_id: int, which: str, kind: str | None = None) -> list[Clock]:
    """The conversation's clocks in those states, locked until the commit; by hand, since one is met with every ticket."""
    values: tuple[object, ...] = (conversation_id,)
    condition = f"promises_clock.conversation_id = %s AND {which}"
    if kind is not None:
        condition, values = f"{condition} AND promises_clock.kind = %s", (*values, kind)
    held = " FOR UPDATE OF promises_clock" if connection.vendor == "postgresql" else ""
    found = lookup.joined((Clock, Conversation), _WITH_CONVERSATION, f"{condition} ORDER BY promises_clock.id{held}", *values)
    for clock, conversation in found:
        clock.conversation = conversation
    return [clock for clock, _conversation in found]


def _answer(clock: Clock, at: datetime) -> None:
    working = working_time(clock.calendar_id)
    if clock.state == ClockState.PAUSED:
        left: float = clock.paused_left or 0
    else:
        left = left_of(working, at, clock.due_at)
    clock.answered_at = clock.settled_at = at
    clock.took = max(0, round(clock.target - left))
    if clock.state == ClockState.BROKEN:
        save(clock, "answered_at", "settled_at", "took")
        tally(clock, late_answer=True)
    elif clock.state == ClockState.RUNNING and at > clock.due_at:
        break_(clock, at)
    else:
        clock.state, clock.decided_at, clock.wake_at, clock.paused_left = ClockState.MET, at, None, None
        save(clock, "state", "answered_at", "decided_at", "settled_at", "took", "wake_at", "paused_left")
        tally(clock)
        _tell("clock.met", clock, at)


def _tell(kind: str, clock: Clock, at: datetime) -> None:
    record(
        kind,
        at=at,
        audience=Audience.STAFF,
        customer_id=clock.conversation.customer_id,
        conversation_id=clock.conversation_id,
        data={"clock": clock.pk, "kind": clock.kind},
    )


def _insert(clock: Clock) -> bool:
    """Write a new clock; False when one of its kind lives already (`clock_one_live`). Sets `clock.pk`."""
    clock.pk = rows.insert(Clock, {name: getattr(clock, name) for name in _COLUMNS}, once=True)
    clock._state.adding = False  # noqa: SLF001  Django's documented way to say that the row is there
    return clock.pk is not None
