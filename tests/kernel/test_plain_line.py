"""Names, subjects and file names: what is not seen is not in them, and what somebody's language needs stays."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import worlds
from vigie.conversations.labelling import label
from vigie.kernel.plain_line import plain_line
from vigie.people import checking


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  Anne \t Lenoir\r\n", "Anne Lenoir"), ("a\x00b\x1bc", "a b c"), ("facture\u202egnp.exe", "facturegnp.exe"),
        ("\u2067abc\u2069", "abc"), ("Ad\u200bmin", "Admin"), ("x\u2028y", "x y"), ("\ufeffBOM", "BOM"), ("e\u0301", "é"),
        ("\U000e0041\U000e007f", ""), ("\u3164", ""), ("a\ud800", "a?"),
        ("می\u200cخواهم", "می\u200cخواهم"), ("👩\u200d💻 ❤\ufe0f", "👩\u200d💻 ❤\ufe0f"), ("שלום עולם", "שלום עולם"), ("Дмитрий", "Дмитрий"),
    ],
)  # fmt: skip
def test_what_is_not_seen_goes_and_the_rest_stays(given: str, kept: str) -> None:
    assert plain_line(given) == kept


@given(st.text(alphabet=st.characters(), max_size=60))
def test_any_text_becomes_one_storable_line_and_stays_it(text: str) -> None:
    line = plain_line(text)
    assert plain_line(line) == line
    line.encode()
    assert not any(unicodedata.category(letter) == "Cc" or unicodedata.bidirectional(letter) in BIDI for letter in line)


BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@pytest.mark.django_db
def test_names_subjects_and_files_go_through_it() -> None:
    assert checking.name("Jean\u202e Dupont") == "Jean Dupont"
    assert label("facture\u202egnp.exe") == "facturegnp.exe"
    assert worlds.ticket(subject="Panne\u202e\u0000 totale").conversation.subject == "Panne totale"
