"""Reactions: done once, tried again, parked, and never done by two."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections, transaction

from tests.conftest import Hold
from tests.journal import handlers
from vigie.journal import dispatch, parked
from vigie.journal.models import Audience, Entry, Reaction, ReactionState
from vigie.journal.record import record
from vigie.kernel import clock

ECHO, ALSO = "tests.journal.handlers.echo", "tests.journal.handlers.also"


@pytest.fixture(autouse=True)
def table() -> Iterator[None]:
    whole = dict(dispatch._handlers)
    dispatch.connect({"test.happened": [ECHO], "test.twofold": [ECHO, ALSO]})
    handlers.calls.clear()
    handlers.before.clear()
    yield
    dispatch.connect(whole)


def happen(kind: str = "test.happened") -> Entry:
    with transaction.atomic():
        return Entry.objects.get(id=record(kind, at=clock.now(), audience=Audience.STAFF))


def fail(_entry: Entry) -> None:
    raise RuntimeError("the printer is on fire")


def echoes() -> Counter[int]:
    return Counter(entry.data["of"] for entry in Entry.objects.filter(kind="test.echoed"))


@pytest.mark.django_db
def test_each_handler_of_a_kind_runs_once() -> None:
    entry = happen("test.twofold")
    assert dispatch.dispatch_due() == 2
    assert dispatch.dispatch_due() == 0
    assert echoes() == {entry.id: 1}
    assert Entry.objects.filter(kind="test.also").count() == 1
    assert {reaction.state for reaction in Reaction.objects.all()} == {ReactionState.DONE}


@pytest.mark.django_db
def test_what_is_rolled_back_has_no_reactions() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        happen()
        raise RuntimeError("no")
    assert dispatch.dispatch_due() == 0


@pytest.mark.django_db
def test_a_failure_undoes_what_the_handler_wrote_and_is_tried_again_later(hold: Hold) -> None:
    hold("2026-11-24 13:40")
    entry = happen()
    handlers.before.append(fail)
    dispatch.dispatch_due()
    reaction = Reaction.objects.get()
    assert echoes() == {}
    assert reaction.state == ReactionState.WAITING
    assert "the printer is on fire" in reaction.error
    assert reaction.due_at > hold.at
    assert dispatch.dispatch_due() == 0, "not before its pause is over"
    handlers.before.clear()
    hold.forward(seconds=5)
    dispatch.dispatch_due()
    assert echoes() == {entry.id: 1}
    assert Reaction.objects.get().error == ""


@pytest.mark.django_db
def test_after_many_failures_it_is_parked_and_staff_run_it_again(hold: Hold) -> None:
    hold("2026-11-24 13:40")
    entry = happen()
    handlers.before.append(fail)
    for _ in range(dispatch.TRIES + 3):
        dispatch.dispatch_due()
        hold.forward(minutes=20)
    assert len(handlers.calls) == dispatch.TRIES
    (reaction,) = parked.parked()
    assert reaction.attempts == dispatch.TRIES
    assert parked.count() == 1
    handlers.before.clear()
    parked.rerun(reaction_id=reaction.id, actor_id=7)
    dispatch.dispatch_due()
    assert echoes() == {entry.id: 1}
    line = Entry.objects.get(kind="reaction.rerun")
    assert (line.actor_id, line.data["entry"], line.audience) == (7, entry.id, Audience.STAFF)


@pytest.mark.django_db
def test_what_is_dismissed_is_never_run_and_cannot_be_dismissed_again() -> None:
    happen()
    Reaction.objects.update(state=ReactionState.PARKED, error="kept")
    (reaction,) = parked.parked()
    parked.dismiss(reaction_id=reaction.id, actor_id=7)
    assert parked.parked() == []
    assert dispatch.dispatch_due() == 0
    assert Reaction.objects.get().error == "kept"
    for verb in (parked.dismiss, parked.rerun):
        with pytest.raises(parked.NotParked):
            verb(reaction_id=reaction.id, actor_id=7)


@pytest.mark.django_db
def test_parked_reactions_come_in_pages_newest_first() -> None:
    for _ in range(5):
        happen()
    Reaction.objects.update(state=ReactionState.PARKED)
    first = parked.parked(limit=2)
    second = parked.parked(after=first[-1].id, limit=2)
    ids = [reaction.id for reaction in [*first, *second]]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 4


@pytest.mark.django_db
def test_a_claim_is_exclusive_until_its_lease_runs_out(hold: Hold) -> None:
    hold("2026-11-24 13:40")
    entry = happen()
    (dead,) = dispatch.claim(clock.now())
    hold.forward(seconds=dispatch.LEASE.total_seconds() - 1)
    assert dispatch.claim(clock.now()) == []
    hold.forward(seconds=2)
    dispatch.dispatch_due()
    assert echoes() == {entry.id: 1}
    assert not dispatch.react([dead]), "who comes back from the dead finds it done"
    assert echoes() == {entry.id: 1}


@pytest.mark.django_db
def test_who_lost_the_lease_while_working_undoes_what_it_wrote(hold: Hold) -> None:
    hold("2026-11-24 13:40")
    happen()
    (slow,) = dispatch.claim(clock.now())

    def taken_over(_entry: Entry) -> None:
        hold.forward(seconds=dispatch.LEASE.total_seconds() + 1)
        assert len(dispatch.claim(clock.now())) == 1

    handlers.before.append(taken_over)
    assert not dispatch.react([slow])
    assert echoes() == {}
    assert Reaction.objects.get().state == ReactionState.WAITING


@pytest.mark.django_db
def test_a_handler_that_is_gone_is_an_error_like_any_other() -> None:
    dispatch.connect({"test.happened": ["tests.journal.handlers.removed"]})
    happen()
    dispatch.dispatch_due()
    assert "removed" in Reaction.objects.get().error


@pytest.mark.django_db(transaction=True)
def test_several_dispatchers_do_each_reaction_once() -> None:
    entries = [happen() for _ in range(60)]

    def work(_number: int) -> int:
        try:
            done = 0
            while claimed := dispatch.dispatch_due(limit=3):
                done += claimed
            return done
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 60
    assert echoes() == {entry.id: 1 for entry in entries}


@pytest.mark.django_db(transaction=True)
def test_the_dispatcher_wakes_at_a_commit_and_stops_between_two_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "AT_ONCE", 1)
    reached, go = threading.Event(), threading.Event()

    def wait(_entry: Entry) -> None:
        reached.set()
        go.wait(5)

    dispatcher = dispatch.Dispatcher()
    dispatcher.start()
    assert dispatcher.is_alive
    handlers.before.append(wait)
    with transaction.atomic():  # both in one claim
        happen()
        happen()
    assert reached.wait(5)
    stopping = threading.Thread(target=dispatcher.stop)
    stopping.start()
    while not dispatcher._ended.is_set():
        pass
    go.set()
    stopping.join(5)
    assert not dispatcher.is_alive
    assert sum(echoes().values()) == 1
    (left,) = Reaction.objects.filter(state=ReactionState.WAITING)
    assert left.attempts == 0
    assert left.due_at <= clock.now() + timedelta(seconds=1), "given back, not left to its lease"


def test_pauses_grow_to_a_quarter_of_an_hour() -> None:
    pauses = [dispatch.pause(attempts).total_seconds() for attempts in range(1, 20)]
    assert 1.5 < pauses[0] < 2.5
    assert max(pauses) <= 15 * 60 * 1.2


@pytest.mark.django_db
def test_a_handler_wanted_only_for_some_data_has_no_reaction_to_others() -> None:
    dispatch.connect({"test.happened": [dispatch.only(ECHO, author="agent", is_note=False), ALSO]})
    with transaction.atomic():
        for data in ({"author": "agent", "is_note": False}, {"author": "agent", "is_note": True}, {"author": "customer"}, {}):
            record("test.happened", at=clock.now(), audience=Audience.STAFF, data=data)
    assert Reaction.objects.filter(handler=ALSO).count() == 4
    assert Reaction.objects.get(handler=ECHO).entry.data == {"author": "agent", "is_note": False}


@pytest.mark.django_db(transaction=True)
def test_while_people_wait_for_pages_only_what_has_waited_long_enough_is_done(hold: Hold) -> None:
    hold("2026-11-24 13:40")
    old = happen()
    hold.forward(seconds=dispatch.PATIENCE.total_seconds())
    young = happen()
    dispatcher = dispatch.Dispatcher(busy=lambda: True)
    dispatcher._round()
    assert echoes() == {old.id: 1}
    hold.forward(seconds=dispatch.PATIENCE.total_seconds())
    dispatcher._round()
    assert echoes() == {old.id: 1, young.id: 1}
    last = happen()
    dispatch.Dispatcher()._round()
    assert echoes()[last.id] == 1
