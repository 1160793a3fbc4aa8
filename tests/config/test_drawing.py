"""Words, addresses and dates in templates: quick, and the same as Jinja's, Django's and Babel's own."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date, format_datetime
from django.template import engines
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, pass_context
from markupsafe import Markup

from vigie.config import wording
from vigie.config.drawing import Lean, url, words

MADE: Environment = engines["templating"].env
DRAWN = [
    ("{{ _('Hello %(name)s', name=who) }}", "Hello &lt;b&gt;"),
    ("{{ _('100%%') }}", "100%"),
    ("{% trans name=who %}To {{ name }}{% endtrans %}", "To &lt;b&gt;"),
    ("{% trans %}100%{% endtrans %}", "100%"),
    ("{% autoescape false %}{{ _('Hello %(name)s', name=who) }}{% endautoescape %}", "Hello <b>"),
    ("{% macro m(x) %}<i>{{ x }}{{ caller() if caller }}</i>{% endmacro %}{% call m(who) %}{{ who }}{% endcall %}", "<i>&lt;b&gt;&lt;b&gt;</i>"),
    ("{% for one in [1, 2] %}{% set here_ = one %}{{ seen('here_') }}{% endfor %}", "12"),
    ("{{ stops() }}.", "."),
]  # fmt: skip


@pytest.mark.parametrize(("template", "drawn"), DRAWN)
def test_templates_draw_as_jinja_draws_them(template: str, drawn: str) -> None:
    def stops() -> None:
        raise StopIteration

    lean = MADE.from_string(template)
    assert lean.environment.context_class is Lean
    plain = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    plain.install_gettext_callables(translation.gettext, translation.ngettext, newstyle=True)  # type: ignore[attr-defined]
    seen = pass_context(lambda context, name: context[name])
    with translation.override("en"):
        given_ = {"who": "<b>", "stops": stops, "seen": seen}
        assert lean.render(given_) == plain.from_string(template).render(given_) == drawn


def test_words_follow_the_language_from_one_call_to_the_next() -> None:
    template = MADE.from_string("{{ _('Client area') }}")
    said = []
    for language in ("fr", "en", "fr"):
        with translation.override(language):
            said.append(template.render())
    assert said == ["Espace client", "Client area", "Espace client"]


def test_words_are_markup_only_where_the_template_escapes() -> None:
    made: list[object] = []
    MADE.from_string("{% do keep(_('a')) %}{% autoescape false %}{% do keep(_('a')) %}{% endautoescape %}").render(keep=made.append)
    assert [type(one) for one in made] == [Markup, str]
    assert words.__name__ == "words"


def test_addresses_are_djangos_and_an_unknown_name_is_an_error() -> None:
    assert url("portal:ticket", 7) == url("portal:ticket", number=7) == reverse("portal:ticket", args=[7])
    with pytest.raises(NoReverseMatch):
        url("portal:nowhere")


@given(
    moment=st.datetimes(datetime(1901, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC)),
    zone=st.sampled_from(["Europe/Paris", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "UTC"]),
    language=st.sampled_from(["fr", "en"]),
    near=st.booleans(),
)
def test_dates_are_babels(moment: datetime, zone: str, language: str, near: bool) -> None:
    if near:
        moment = timezone.now() - timedelta(seconds=moment.timestamp() % (86_400 * 400))
    local = moment.astimezone(ZoneInfo(zone))
    today = timezone.now().astimezone(ZoneInfo(zone)).date()
    with translation.override(language):
        short, full = wording.when(moment, zone), wording.instant(moment, zone)
        assert full.startswith(format_date(local, "EEEE d MMMM y", locale=language))
        assert format(local, "%H:%M") in full and full.endswith(wording.zone_words(local))
        pattern = "HH:mm" if local.date() == today else "d MMM, HH:mm" if local.year == today.year else "d MMM y"
        assert short == format_datetime(local, pattern, locale=language)
