"""Every cell of the table of moves is drawn, and no walk through it leaves the states there are."""

from hypothesis import given
from hypothesis import strategies as st

from vigie.tickets import lifecycle
from vigie.tickets.lifecycle import BY_STAFF, FOLLOW_UP, IGNORED, REFUSED, STATES, TABLE, Answer, Event, outcome
from vigie.tickets.models import State

events = st.sampled_from(Event)


def test_the_states_are_those_of_the_model() -> None:
    assert tuple(State.values) == STATES


def test_every_move_is_drawn() -> None:
    assert set(TABLE) == {(state, event) for state in STATES for event in Event}
    assert all(isinstance(answer, Answer) or answer in STATES for answer in TABLE.values())


def test_no_move_leads_to_where_one_stands() -> None:
    """That would be a change nobody can see in the journal: it is IGNORED instead."""
    assert all(answer != state for (state, _event), answer in TABLE.items())


def test_nothing_becomes_new_again() -> None:
    assert "new" not in TABLE.values()


@given(st.lists(events, max_size=30))
def test_a_walk_stays_inside_and_reaches_what_it_says(walk: list[Event]) -> None:
    state = "new"
    for event in walk:
        answer = outcome(state, event)
        if isinstance(answer, str):
            state = answer
        assert state in STATES


@given(st.lists(events, max_size=12))
def test_a_customer_who_replies_is_always_heard(walk: list[Event]) -> None:
    """Whatever happened before: the ticket is then with the staff, or a follow-up begins."""
    state = "new"
    for event in walk:
        answer = outcome(state, event)
        state = answer if isinstance(answer, str) else state
    for event in (Event.CUSTOMER_REPLIES, Event.CUSTOMER_REPLIES_LATE):
        answer = outcome(state, event)
        assert answer is FOLLOW_UP or answer == "open" or (answer is IGNORED and state in {"new", "open"})


def test_only_a_late_reply_to_what_is_done_begins_a_follow_up() -> None:
    follow_ups = {cell for cell, answer in TABLE.items() if answer is FOLLOW_UP}
    assert follow_ups == {(state, Event.CUSTOMER_REPLIES_LATE) for state in ("solved", "closed")}


def test_a_customer_is_never_refused() -> None:
    theirs = (Event.CUSTOMER_REPLIES, Event.CUSTOMER_REPLIES_LATE, Event.CUSTOMER_SOLVES)
    assert not [cell for cell, answer in TABLE.items() if answer is REFUSED and cell[1] in theirs]


def test_only_what_is_solved_closes() -> None:
    assert [state for state in STATES if outcome(state, Event.CLOSED) == "closed"] == ["solved"]


def test_every_choice_of_staff_is_a_move() -> None:
    for state in STATES:
        for answered in (True, False):
            for target in lifecycle.choices(state, answered=answered):
                assert outcome(state, BY_STAFF[target]) == target


def test_before_anybody_answered_the_first_reply_clock_cannot_be_stopped() -> None:
    for state in STATES:
        assert not {"waiting", "solved"} & set(lifecycle.choices(state, answered=False))
