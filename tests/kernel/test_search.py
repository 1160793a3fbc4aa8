"""Search finds words however they are written, newest first, and only what the viewer may read. Same on both databases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from vigie.kernel import search

pytestmark = pytest.mark.django_db


def put(number: int, text: str, *, customer: int = 1, conversation: int = 1, note: bool = False) -> None:
    search.index(message_id=number, conversation_id=conversation, customer_id=customer, is_note=note, text=text)


def find(query: str, **options: object) -> list[int]:
    return search.find(query, **{"customer_ids": None, "notes": True, **options})  # type: ignore[arg-type]


def test_newest_first_and_page_by_page() -> None:
    for number in range(1, 8):
        put(number, f"ping {number}")
    assert find("ping", limit=3) == [7, 6, 5]
    assert find("ping", limit=3, before_id=5) == [4, 3, 2]


def test_accents_and_case_do_not_matter() -> None:
    put(1, "Le SERVEUR ne répond plus à l’adresse, Straße, ﬁchier")
    for query in ("repond", "RÉPOND", "à", "adresse", "strasse", "fichier", "l’adresse"):
        assert find(query) == [1], query


def test_the_start_of_a_word_finds_it_but_one_letter_is_a_word() -> None:
    put(1, "serveur a")
    assert find("serv") == [1]
    assert find("s") == []
    assert find("a") == [1]


def test_every_word_must_be_there() -> None:
    put(1, "disque plein")
    put(2, "disque lent")
    assert find("disque plein") == [1]


def test_what_is_written_in_one_piece_is_found_in_one_piece() -> None:
    put(1, "203.0.113.7 ne répond plus, commande #123456, 2001:db8::7, web-01.example.net")
    put(2, "113 7 203 0, 01 web")
    for query in ("203.0.113.7", "#123456", "2001:db8::7", "web-01", "web-01.example.net"):
        assert find(query) == [1], query


def test_a_note_is_not_found_by_who_may_not_read_notes() -> None:
    put(1, "secret", note=True)
    put(2, "secret")
    assert find("secret", notes=False) == [2]
    assert find("secret", notes=False, customer_ids=[1]) == [2]
    assert find("secret", notes=False, conversation_id=1) == [2]
    assert find("secret") == [2, 1]


def test_customers_find_their_own_alone() -> None:
    put(1, "panne", customer=1, conversation=1)
    put(2, "panne", customer=2, conversation=2)
    put(3, "panne", customer=12, conversation=12)
    assert find("panne", customer_ids=[1]) == [1]
    assert find("panne", customer_ids=[1, 12], notes=False) == [3, 1]
    assert find("panne", customer_ids=[]) == []
    assert find("panne", customer_ids=[1], conversation_id=2) == []
    assert find("panne", conversation_id=2) == [2]


def test_the_index_own_marks_are_no_words_of_a_message() -> None:
    put(1, "bonjour")
    for query in ("p", "c1", "v1", "n"):
        assert find(query) == [], query


HOSTILE = ['"', "'", "*", "a*", "NEAR(a b)", "a AND b", "a OR", "NOT a", "text:a", "scope:c1", "(", ")", "a -b", "^a", "+", "\\", "%",
           "a & b", "a | !b", "a:*", "<->", "\x00", "\ud800", "'; DROP TABLE message_search; --", "{text}:a", "a" * 5000, "é" * 999]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
def test_any_text_is_a_safe_query(query: str) -> None:
    put(1, "rien de tel")
    assert find(query) in ([], [1])
    assert find("rien") == [1]


class AnyText(TestCase):
    @given(st.text(max_size=60), st.text(max_size=60))
    def test_no_text_breaks_the_index_or_the_query(self, text: str, query: str) -> None:
        put(1, text.encode("utf-8", "replace").decode().replace("\x00", ""))
        found = find(query)
        words = search.tokens(query)
        assert found == [] or words
        if words and all(word in search.tokens(text) for word in words) and len(words) == 1:
            assert found == [1]
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM message_search" if connection.vendor == "postgresql" else "INSERT INTO message_search(message_search) VALUES('delete-all')")
