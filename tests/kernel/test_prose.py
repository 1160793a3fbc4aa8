"""What most people write takes a short way to HTML; it must lead to the same place as the parser's."""

import re

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from vigie.kernel import html

PIECES = st.one_of(
    st.sampled_from("abhtps:/. ,;!?'()-+=#1%$@^€éàÉœ’«»…–—\n\t\u00a0\u202f\u3000\u0301漢ß👍"),
    st.sampled_from(["http://a.b", "https://", "www.x.fr", "x@y.fr", "1. a", "- a", "a\nb", "a\n\nb", "\n===", "\n---", "\n    code", "a.\n"]),
    st.characters(),
)


@settings(max_examples=400)
@given(st.lists(PIECES, min_size=1, max_size=12).map("".join), st.text(" \n", max_size=3))
@example("Bonjour,\nmon serveur ne répond plus.\n\nMerci d'avance", "  \n")
def test_prose_becomes_what_the_parser_makes_of_it(text: str, end: str) -> None:
    assume(html._PROSE.fullmatch(text))
    assert html.markdown(text + end) == html._rendered(text + end)


@settings(max_examples=100)
@given(st.from_regex(re.compile(r"[A-Za-zé][A-Za-zé ,.:;!?'()0-9]{0,30}[a-z.](\n\n?[A-Za-zé][a-z .:0-9-]{0,30}[a-z.])*"), fullmatch=True))
def test_letters_digits_and_stops_are_prose(text: str) -> None:
    assert html._PROSE.fullmatch(text)
    assert html.markdown(text) == html._rendered(text)


@pytest.mark.parametrize("text", ["- a list", "1. a list", "*loud*", "a <b>", "a & b", "see https://x.example", "a\n---", "    code", "a\\\nb"])
def test_what_means_something_goes_to_the_parser(text: str) -> None:
    assert not html._PROSE.fullmatch(text)
