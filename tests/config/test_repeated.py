"""What pages repeat is kept, and still follows its reader: language, zone, day, and what it shows of whom."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from markupsafe import Markup

from tests.conftest import Hold
from vigie.config import repeated, wording

NOON = datetime(2026, 11, 24, 12, 40, tzinfo=UTC)


def test_a_moment_is_said_to_each_reader_in_their_language_and_zone(hold: Hold) -> None:
    hold("2026-11-24 15:00")
    for language in ("fr", "en", "fr"):
        for zone in ("Europe/Paris", "Asia/Tokyo", "Europe/Paris"):
            with translation.override(language), timezone.override(ZoneInfo(zone)):
                drawn = repeated.time(NOON)
                assert f'datetime="2026-11-24T12:40:00Z" title="{wording.instant(NOON)}">{wording.when(NOON)}<' in drawn
                assert repeated.time(NOON, "UTC").endswith(">12:40</time>")


def test_a_moment_kept_today_is_yesterdays_tomorrow(hold: Hold) -> None:
    with translation.override("en"):
        hold("2026-11-24 15:00")
        assert repeated.time(NOON, "UTC").endswith(">12:40</time>")
        hold("2026-11-25 15:00")
        assert repeated.time(NOON, "UTC").endswith(f">{wording.when(NOON, 'UTC')}</time>")
        assert "24 Nov" in repeated.time(NOON, "UTC")


def test_no_moment_draws_nothing_and_one_that_ticks_says_so() -> None:
    assert repeated.time(None) == ""
    assert " data-ago>" in repeated.time(NOON, ago=True)
    assert "data-ago" not in repeated.time(NOON + timedelta(days=1))


def test_an_avatar_changes_with_the_name_and_is_escaped() -> None:
    who = SimpleNamespace(pk=14, initials="AB")
    before = repeated.avatar(who, "lg")
    assert before == '<span class="ava lg hue-2" aria-hidden="true" data-initials="AB"></span>'
    who.initials = '<"'
    assert 'data-initials="&lt;&#34;"' in repeated.avatar(who, "lg")
    assert " data-on></span>" in repeated.avatar(who, on=True)
    assert isinstance(before, Markup)
    assert "<svg" in repeated.avatar(None)
