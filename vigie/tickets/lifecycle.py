"""The life of a ticket as a table: state x event -> state, IGNORED, REFUSED or FOLLOW_UP. Every cell is drawn. Pure."""

from enum import Enum


class Event(Enum):
    CUSTOMER_REPLIES = "customer_replies"
    CUSTOMER_REPLIES_LATE = "customer_replies_late"  # after the days in which a reply reopens
    CUSTOMER_SOLVES = "customer_solves"
    AGENT_REPLIES = "agent_replies"
    TAKEN = "taken"  # somebody was made responsible
    OPENED = "opened"  # staff set it to open
    WAITS = "waits"  # staff wait for the customer
    HELD = "held"  # staff wait for somebody else
    SOLVED = "solved"
    CLOSED = "closed"  # by hand, or because the days in which a reply reopens are over


class Answer(Enum):
    IGNORED = "ignored"
    """Nothing changes, and that is right."""
    REFUSED = "refused"
    """Must not happen; the person is told why."""
    FOLLOW_UP = "follow_up"
    """The ticket stays; a new one, linked to it, begins."""


IGNORED, REFUSED, FOLLOW_UP = Answer.IGNORED, Answer.REFUSED, Answer.FOLLOW_UP
STATES = ("new", "open", "waiting", "hold", "solved", "closed")

# fmt: off
_DRAWN: dict[Event, tuple[str | Answer, ...]] = {
    #                             new       open       waiting    hold       solved     closed
    Event.CUSTOMER_REPLIES:      (IGNORED,  IGNORED,   "open",    "open",    "open",    "open"),
    Event.CUSTOMER_REPLIES_LATE: (IGNORED,  IGNORED,   "open",    "open",    FOLLOW_UP, FOLLOW_UP),
    Event.CUSTOMER_SOLVES:       ("solved", "solved",  "solved",  "solved",  IGNORED,   IGNORED),
    Event.AGENT_REPLIES:         ("open",   IGNORED,   IGNORED,   IGNORED,   IGNORED,   REFUSED),
    Event.TAKEN:                 ("open",   IGNORED,   IGNORED,   IGNORED,   IGNORED,   REFUSED),
    Event.OPENED:                ("open",   IGNORED,   "open",    "open",    "open",    "open"),
    Event.WAITS:                 (REFUSED,  "waiting", IGNORED,   "waiting", "waiting", REFUSED),
    Event.HELD:                  ("hold",   "hold",    "hold",    IGNORED,   "hold",    REFUSED),
    Event.SOLVED:                (REFUSED,  "solved",  "solved",  "solved",  IGNORED,   IGNORED),
    Event.CLOSED:                (REFUSED,  REFUSED,   REFUSED,   REFUSED,   "closed",  IGNORED),
}
# fmt: on

TABLE = {(state, event): answer for event, row in _DRAWN.items() for state, answer in zip(STATES, row, strict=True)}

BY_STAFF = {
    "open": Event.OPENED,
    "waiting": Event.WAITS,
    "hold": Event.HELD,
    "solved": Event.SOLVED,
    "closed": Event.CLOSED,
}
"""What staff do when they choose a state; `new` cannot be chosen."""

UNANSWERED_REFUSES = {Event.WAITS, Event.SOLVED}
"""Events that would stop the clock of a first reply nobody has given: refused until a person has answered."""


def outcome(state: str, event: Event) -> str | Answer:
    """The state after `event`, or why there is none. KeyError for a state that does not exist."""
    return TABLE[state, event]


def choices(state: str, *, answered: bool) -> list[str]:
    """The states staff may choose from `state`, in the order of a ticket's life. `answered`: a person of the staff replied."""
    return [
        target
        for target, event in BY_STAFF.items()
        if isinstance(outcome(state, event), str) and (answered or event not in UNANSWERED_REFUSES)
    ]
