"""Editing what is promised."""

from typing import Any

import pytest
from django.db import IntegrityError

from tests import worlds
from vigie.journal.models import Entry
from vigie.people.models import Calendar
from vigie.promises import policy
from vigie.promises.errors import AimError, ClosedCalendarError, LimitError, NotAllowedError, PromiseError
from vigie.promises.models import Kind, Promise

pytestmark = pytest.mark.django_db
REPLY: dict[str, Any] = {"channel": "ticket", "kind": Kind.FIRST_REPLY}


def test_an_installation_promises_what_the_provider_publishes() -> None:
    rows = Promise.objects.filter(department=None, priority="", calendar=None).values_list("channel", "kind", "limit")
    assert {
        ("ticket", "acknowledgement", 120),
        ("ticket", "first_reply", 600),
        ("mail", "acknowledgement", 120),
        ("mail", "first_reply", 1800),
        ("chat", "first_reply", 60),
    } <= set(rows)


def test_a_promise_is_replaced_in_place_and_journaled() -> None:
    viewer = worlds.seen_by(worlds.admin())
    policy.set_promise(viewer=viewer, aim=200, limit=300, **REPLY)
    assert Promise.objects.get(department=None, priority="", **REPLY).limit == 300
    entry = Entry.objects.get(kind="promise.changed")
    assert (entry.actor_id, entry.data["limit"], entry.audience) == (viewer.user.pk if viewer.user else 0, 300, "staff")


def test_withdrawing_leaves_the_general_promise() -> None:
    viewer = worlds.seen_by(worlds.admin())
    high = policy.set_promise(viewer=viewer, aim=60, limit=60, priority="high", **REPLY)
    policy.withdraw_promise(viewer=viewer, promise=high)
    terms = policy.promise_for(priority="high", **REPLY)
    assert terms is not None
    assert terms.limit == 600
    assert Entry.objects.filter(kind="promise.changed").last().data["withdrawn"] is True  # type: ignore[union-attr]


@pytest.mark.parametrize("who", [worlds.agent, worlds.lead, worlds.contact])
def test_only_administrators_change_promises(who: Any) -> None:
    with pytest.raises(NotAllowedError):
        policy.set_promise(viewer=worlds.seen_by(who()), aim=1, limit=1, **REPLY)


@pytest.mark.parametrize(
    ("aim", "limit", "error"),
    [(1, 0, LimitError), (1, 91 * 86_400, LimitError), (0, 60, AimError), (61, 60, AimError)],
)
def test_impossible_spans_are_refused_with_a_reason(aim: int, limit: int, error: type[PromiseError]) -> None:
    with pytest.raises(error) as refused:
        policy.set_promise(viewer=worlds.seen_by(worlds.admin()), aim=aim, limit=limit, **REPLY)
    assert str(refused.value)


def test_a_calendar_that_never_opens_is_refused() -> None:
    never = Calendar.objects.create(name="Jamais")
    with pytest.raises(ClosedCalendarError):
        policy.set_promise(viewer=worlds.seen_by(worlds.admin()), aim=60, limit=60, calendar_id=never.pk, **REPLY)


def test_the_database_itself_refuses_a_second_general_promise() -> None:
    with pytest.raises(IntegrityError):
        Promise.objects.create(aim=1, limit=1, **REPLY)
