"""Warnings at half and at two minutes to go, then the breach; each once, whoever sweeps."""

import threading
from datetime import timedelta

import pytest
from django.db import connections, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import worlds
from tests.conftest import Hold
from tests.promises.test_clocks import started
from vigie.journal.models import Entry
from vigie.kernel import clock as kernel_clock
from vigie.promises import clocks
from vigie.promises.calendar import ALWAYS
from vigie.promises.models import Clock, ClockState, Kind, Promise
from vigie.promises.steps import HALF, LAST_MINUTES, next_wake, step_reached
from vigie.promises.sweep import sweep

pytestmark = pytest.mark.django_db


def told(conversation_id: int) -> list[tuple[str, int | None]]:
    entries = Entry.objects.filter(conversation_id=conversation_id, kind__startswith="clock.").order_by("id")
    return [(entry.kind, entry.data.get("step")) for entry in entries]


def test_a_clock_warns_at_half_and_at_two_minutes_and_breaks(hold: Hold) -> None:
    conversation = worlds.conversation()
    start = hold("2026-11-24 13:40")
    started(conversation, start)
    moments = {}
    for second in range(660):
        before = len(told(conversation.pk))
        sweep(at=start + timedelta(seconds=second))
        if len(told(conversation.pk)) > before:
            moments[second] = told(conversation.pk)[-1]
    assert moments == {300: ("clock.warned", HALF), 480: ("clock.warned", LAST_MINUTES), 600: ("clock.broken", None)}


def test_a_short_promise_has_one_warning(hold: Hold) -> None:
    conversation = worlds.conversation()
    start = hold("2026-11-24 13:40")
    started(conversation, start, Kind.ACKNOWLEDGEMENT)
    for second in (59, 60, 119, 120, 121):
        sweep(at=start + timedelta(seconds=second))
    assert told(conversation.pk) == [("clock.warned", HALF), ("clock.broken", None)]


def test_after_an_outage_only_what_still_matters_is_told(hold: Hold) -> None:
    conversation = worlds.conversation()
    start = hold("2026-11-24 13:40")
    started(conversation, start)
    sweep(at=start + timedelta(minutes=9))
    sweep(at=start + timedelta(minutes=9, seconds=1))
    assert told(conversation.pk) == [("clock.warned", LAST_MINUTES)]
    sweep(at=start + timedelta(hours=3))
    assert told(conversation.pk)[-1] == ("clock.broken", None)


def test_warnings_follow_working_time(hold: Hold) -> None:
    Promise.objects.create(
        channel="ticket",
        kind=Kind.FIRST_REPLY,
        department_id="technical",
        aim=7200,
        limit=7200,
        calendar=worlds.calendar(),
    )
    conversation = worlds.conversation()
    started(conversation, hold("2026-11-24 17:30"))
    assert sweep(at=hold("2026-11-25 09:29")) == 0
    sweep(at=hold("2026-11-25 09:30"))
    sweep(at=hold("2026-11-25 10:28"))
    sweep(at=hold("2026-11-25 10:30"))
    assert told(conversation.pk) == [("clock.warned", HALF), ("clock.warned", LAST_MINUTES), ("clock.broken", None)]


def test_what_was_met_is_left_alone(hold: Hold) -> None:
    conversation = worlds.conversation()
    started(conversation, hold("2026-11-24 13:40"))
    clocks.meet(conversation_id=conversation.pk, kind=Kind.FIRST_REPLY, at=hold.forward(minutes=1))
    assert sweep(at=hold.forward(hours=1)) == 0
    assert told(conversation.pk) == [("clock.met", None)]


def test_waking_too_early_says_nothing(hold: Hold) -> None:
    clock = started(worlds.conversation(), hold("2026-11-24 13:40"))
    Clock.objects.filter(pk=clock.pk).update(wake_at=hold.at)
    assert sweep(at=hold.forward(minutes=1)) == 1
    assert told(clock.conversation_id) == []
    clock.refresh_from_db()
    assert clock.wake_at == clock.started_at + timedelta(minutes=5)


def test_more_than_a_batch_is_swept_at_once(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vigie.promises.sweep.BATCH", 3)
    at = hold("2026-11-24 13:40")
    for _ in range(7):
        started(worlds.conversation(), at)
    hold.forward(minutes=10)
    assert sweep() == 7
    assert set(Clock.objects.values_list("state", flat=True)) == {ClockState.BROKEN}


def test_nothing_due_takes_no_lock(hold: Hold, django_assert_num_queries: object) -> None:
    started(worlds.conversation(), hold("2026-11-24 13:40"))
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert sweep() == 0


@settings(max_examples=200)
@given(st.integers(1, 10**6), st.integers(0, 2), st.floats(0, 1))
def test_every_wake_up_moves_on(target: int, warned: int, part: float) -> None:
    at = kernel_clock.now()
    left = target * part
    due_at = ALWAYS.add(at, left)
    wake = next_wake(ALWAYS, at=at, left=left, target=target, due_at=due_at, warned=warned)
    assert at <= wake <= due_at
    if at < wake < due_at:
        assert step_reached(left=ALWAYS.between(wake, due_at), target=target) > warned


@pytest.mark.django_db(transaction=True)
def test_several_workers_tell_each_step_once(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vigie.promises.sweep.BATCH", 5)
    at = hold("2026-11-24 13:40")
    with transaction.atomic():
        for _ in range(40):
            started(worlds.conversation(), at)
    hold.forward(minutes=5)
    handled: list[int] = []

    def work() -> None:
        handled.append(sweep())
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(handled) == 40
    assert Entry.objects.filter(kind="clock.warned").count() == 40
