"""What is measured, by the exact definition and by the kept tallies."""

import random
from datetime import timedelta

import pytest
from django.core.cache import cache

from tests import worlds
from tests.conftest import Hold
from tests.promises.test_clocks import started
from vigie.promises import clocks
from vigie.promises.measured import Measured, figures, measured
from vigie.promises.models import Kind
from vigie.promises.sweep import sweep
from vigie.promises.tallying import UNANSWERED, bucket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


def answered(hold: Hold, *seconds: int, priority: str = "regular") -> None:
    begin = hold.at
    for wait in seconds:
        conversation = worlds.conversation(at=begin)
        started(conversation, begin, priority=priority)
        clocks.meet(conversation_id=conversation.pk, kind=Kind.FIRST_REPLY, at=begin + timedelta(seconds=wait))
    hold(begin + timedelta(seconds=max(seconds)))


def test_nothing_is_said_below_twenty_samples(hold: Hold) -> None:
    hold("2026-11-24 13:40")
    answered(hold, *range(1, 20))
    assert measured("ticket") == Measured(now=None, month=None)
    cache.clear()
    answered(hold, 30)
    assert measured("ticket").now is not None
    assert measured("mail") == Measured(now=None, month=None)


def test_median_ninetieth_and_share_over_the_day_and_the_month(hold: Hold) -> None:
    hold("2026-11-20 13:40")
    answered(hold, *[900] * 20)
    hold("2026-11-24 13:40")
    answered(hold, *range(10, 210, 10), priority="high")
    now = measured("ticket").now
    month = measured("ticket").month
    assert now is not None and (now.samples, now.median, now.p90, now.kept) == (20, 100, 180, 1.0)
    assert month is not None and (month.samples, month.median, month.p90, month.kept) == (40, 200, 900, 0.5)
    narrowed = measured("ticket", "technical", "high").month
    assert narrowed is not None and narrowed.samples == 20
    assert measured("ticket", "financial").month is None


def test_what_left_the_period_is_not_counted(hold: Hold) -> None:
    hold("2026-10-20 13:40")
    answered(hold, *[60] * 20)
    hold("2026-11-24 13:40")
    assert measured("ticket") == Measured(now=None, month=None)


def test_an_unanswered_breach_counts_as_longer_than_any_answer(hold: Hold) -> None:
    hold("2026-11-24 13:40")
    answered(hold, *[60] * 18)
    begin = hold.at
    late = [worlds.conversation() for _ in range(4)]
    for conversation in late:
        started(conversation, begin)
    hold.forward(minutes=11)
    sweep()
    for found in (measured("ticket").now, measured("ticket").month):
        assert found is not None
        assert (found.samples, found.median, found.p90) == (22, 60, None)
        assert found.kept == 18 / 22
    cache.clear()
    for conversation in late:
        clocks.meet(conversation_id=conversation.pk, kind=Kind.FIRST_REPLY, at=hold.forward(seconds=60))
    for found in (measured("ticket").now, measured("ticket").month):
        assert found is not None
        assert (found.samples, found.p90, found.kept) == (22, 780, 18 / 22)


def test_the_tallies_agree_with_the_plain_definition() -> None:
    rolled = random.Random(7)
    waits = [rolled.randint(0, 200_000) for _ in range(500)]
    counts: dict[int, tuple[int, int]] = {}
    for wait in waits:
        n, kept = counts.get(bucket(wait), (0, 0))
        counts[bucket(wait)] = (n + 1, kept + (wait <= 600))
    found = figures(counts)
    plain = sorted(waits)
    assert found is not None and found.median is not None and found.p90 is not None
    assert 0 <= found.median - plain[249] < max(600, plain[249] * 0.01)
    assert 0 <= found.p90 - plain[449] < 600
    assert found.kept == sum(wait <= 600 for wait in waits) / 500


def test_a_bucket_never_flatters() -> None:
    for seconds in [*range(2000), *range(7000, 90_000, 7), 100_001]:
        assert seconds <= bucket(seconds) <= seconds * 1.011 + 9
    assert bucket(UNANSWERED + 1) == 0
