"""Filters and frames of the pages: times and numbers as people say them, fragments, the accent."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.template import TemplateDoesNotExist, engines
from django.utils import translation

from tests.conftest import Hold
from vigie.config import palette, wording
from vigie.config.icons import icon
from vigie.people.contrast import ratio


def plain(text: str) -> str:
    """No-break spaces as common ones: where they stand is the catalogue's business."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


NOON = datetime(2026, 11, 24, 12, 40, tzinfo=UTC)


@pytest.fixture(params=["fr", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with translation.override(request.param):
        yield request.param


@pytest.mark.parametrize(
    ("zone", "fr", "en"),
    [
        ("Europe/Paris", "mardi 24 novembre 2026 à 13:40, heure de Paris (CET)", "Tuesday 24 November 2026 at 13:40, Paris time (CET)"),
        ("America/Sao_Paulo", "mardi 24 novembre 2026 à 09:40, heure de São Paulo (UTC−03)", "Tuesday 24 November 2026 at 09:40, Sao Paulo time (UTC−03)"),
        ("UTC", "mardi 24 novembre 2026 à 12:40, UTC", "Tuesday 24 November 2026 at 12:40, UTC"),
        ("Europe/Athens", "mardi 24 novembre 2026 à 14:40, heure d’Athènes (EET)", "Tuesday 24 November 2026 at 14:40, Athens time (EET)"),
    ],
)  # fmt: skip
def test_an_instant_is_said_in_full_with_its_zone(zone: str, fr: str, en: str) -> None:
    with translation.override("fr"):
        assert plain(wording.instant(NOON, zone)) == fr
    with translation.override("en"):
        assert plain(wording.instant(NOON, zone)) == en


def test_summer_time_has_its_own_abbreviation() -> None:
    with translation.override("fr"):
        assert plain(wording.instant(datetime(2026, 7, 1, 10, tzinfo=UTC), "Europe/Paris")).endswith(
            "heure de Paris (CEST)"
        )


def test_when_is_as_short_as_it_can_be(hold: Hold) -> None:
    hold("2026-11-24 15:00")
    with translation.override("fr"):
        assert plain(wording.when(NOON, "Europe/Paris")) == "13:40"
        assert plain(wording.when(NOON - timedelta(days=2), "Europe/Paris")) == "22 nov., 13:40"
        assert plain(wording.when(NOON - timedelta(days=400), "Europe/Paris")) == "20 oct. 2025"
        assert plain(wording.when(None)) == ""


def test_today_depends_on_where_one_reads(hold: Hold) -> None:
    hold("2026-11-24 00:30")
    late = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    with translation.override("en"):
        assert plain(wording.day(late, "Europe/Paris")) == "Yesterday"
        assert plain(wording.day(late, "UTC")) == "Today"


@pytest.mark.parametrize(
    ("seconds", "words"), [(45, "45 s"), (600, "10 min"), (6480, "1 h 48"), (7200, "2 h"), (None, ""), (-5, "0 s")]
)
def test_durations_have_two_units_at_most(language: str, seconds: float | None, words: str) -> None:
    assert plain(wording.duration(seconds)) == words


def test_days_are_counted_in_the_language() -> None:
    with translation.override("fr"):
        assert plain(wording.duration(100_000)) == "1 j 3 h"
    with translation.override("en"):
        assert plain(wording.duration(100_000)) == "1 day 3 h"


def test_a_countdown_says_minutes_then_hours_then_how_late(hold: Hold) -> None:
    now = hold("2026-11-24 13:00")
    with translation.override("fr"):
        assert plain(wording.countdown(now + timedelta(seconds=252))) == "4:12"
        assert plain(wording.countdown(now + timedelta(minutes=108))) == "1 h 48"
        assert plain(wording.countdown(now - timedelta(minutes=3))) == "Dépassé de 3 min"
        assert plain(wording.countdown(now)) == "Dépassé de 1 min"
    assert wording.clock_class(now - timedelta(seconds=1)) == "late"
    assert wording.clock_class(now + timedelta(minutes=14)) == "soon"
    assert wording.clock_class(now + timedelta(minutes=16)) == ""


def test_sizes_and_shares_follow_the_language() -> None:
    with translation.override("fr"):
        assert (wording.size(188_416), wording.size(2_500_000), wording.size(1)) == (
            "184\u00a0Ko",
            "2,4\u00a0Mo",
            "1 octet",
        )
        assert wording.share(0.9919) == "99,1\u00a0%"
    with translation.override("en"):
        assert (wording.size(188_416), wording.size(2_500_000), wording.size(2)) == (
            "184\u00a0kB",
            "2.4\u00a0MB",
            "2 bytes",
        )
        assert plain(wording.share(0.9919)) == "99.1%"


def test_a_share_below_all_is_never_shown_as_all() -> None:
    with translation.override("en"):
        assert plain(wording.share(0.99996)) == "99.9%"
        assert plain(wording.share(1.0)) == "100%"


@pytest.mark.parametrize("accent", ["#2C49C8", "#E30613", "#0B7A4B", "#FFD400", "#111111", "#7A2BBF"])
def test_every_derived_colour_can_be_read(accent: str) -> None:
    made = palette.palette(accent)
    for shade, ground in ((0, "#FFFFFF"), (1, "#1D1B19")):
        assert ratio(made.accent[shade], ground) >= 4.5
        assert ratio(made.on_accent[shade], made.accent[shade]) >= 4.5
        assert ratio(made.ink[shade], made.soft[shade]) >= 4.5


def test_an_unknown_icon_fails_loudly() -> None:
    with pytest.raises(Exception, match="does not exist"):
        icon("no-such-icon")


def test_an_icon_is_decoration_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in icon("check")
    assert 'role="img" aria-label="A &quot;done&quot;"' in icon("check", "", 'A "done"')


def test_a_block_of_a_page_is_a_template_of_its_own() -> None:
    engine = next(iter(engines.all()))
    assert engine.get_template("console/queue.html#rows").render({"groups": [], "me": 1}).strip() == ""
    with pytest.raises(TemplateDoesNotExist):
        engine.get_template("console/queue.html#no-such-block")
