"""Search finds words however they are written, newest first, and only what the viewer may read. Same on both databases."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from vigie.kernel import search
from vigie.kernel.search import fts5, tsvector

pytestmark = pytest.mark.django_db


TEXTS: dict[int, str] = {}


def put(number: int, text: str, *, customer: int | None = 1, conversation: int = 1, note: bool = False) -> None:
    TEXTS[number] = text
    search.index(message_id=number, conversation_id=conversation, customer_id=customer, is_note=note, text=text)


def texts(ids: list[int]) -> dict[int, str]:
    return {number: TEXTS[number] for number in ids}


def find(query: str, **options: Any) -> list[int]:
    """All of them, page by page; no page goes back, or stands still."""
    found: list[int] = []
    before = options.pop("before_id", None)
    size = options.pop("pages_of", 20)
    while True:
        page = search.find(query, **{"texts": texts, "customer_ids": None, "notes": True, "before_id": before, "limit": size, **options})
        assert page.ids == sorted(page.ids, reverse=True)
        assert all(before is None or one < before for one in page.ids)
        found += page.ids
        if page.before is None or "limit" in options:
            return found
        assert before is None or page.before < before
        before = page.before


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
    assert find("secret") == [2, 1]


def test_customers_find_their_own_alone() -> None:
    put(1, "panne", customer=1, conversation=1)
    put(2, "panne", customer=2, conversation=2)
    put(3, "panne", customer=12, conversation=12)
    assert find("panne", customer_ids=[1]) == [1]
    assert find("panne", customer_ids=[1, 12], notes=False) == [3, 1]
    assert find("panne", customer_ids=[]) == []


def test_the_index_own_marks_are_no_words_of_a_message() -> None:
    put(1, "bonjour")
    for query in ("c1", "b0", "s1", "n0"):
        assert find(query) == [], query


HOSTILE = ['"', "'", "*", "a*", "NEAR(a b)", "a AND b", "a OR", "NOT a", "text:a", "scope:c1", "(", ")", "a -b", "^a", "+", "\\", "%",
           "a & b", "a | !b", "a:*", "<->", "\x00", "\ud800", "'; DROP TABLE message_search; --", "{text}:a", "a" * 5000, "é" * 999]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
def test_any_text_is_a_safe_query(query: str) -> None:
    put(1, "rien de tel")
    assert find(query) in ([], [1])
    assert find("rien") == [1]


WORDS = ["serveur", "serveurs", "service", "panne", "mot", "rare", "web", "l", "adresse", "01", "net"]
NUMBERS = [1, 2, 7, 8, 9, 15, 16, 17, 40, 41, 42, 43, 100, 101, 140, 400, 401, 402, 5000]
SMALL: dict[Any, dict[str, float]] = {
    fts5: {"BLOCK": 8, "MOST_BLOCKS": 2, "SEEKS": 6, "SAMPLE": 3, "DENSE": 2, "MOST_TERMS": 3, "MOST_ENDINGS": 1, "QUICK": -1.0},
    tsvector: {"WALK": 4, "WALK_ON": 4, "OWN": 2, "MOST_KNOWN": -1},
}


def plainly(query: str, customers: set[int] | None, *, notes: bool, rows: list[tuple[int, str, int, bool]]) -> list[int]:
    """What is to be found, the slow and obvious way."""

    def holds(text: str, piece: list[str]) -> bool:
        words, *last = text.split(), piece[-1]
        return any(
            words[at : at + len(piece) - 1] == piece[:-1] and at + len(piece) <= len(words)
            and (words[at + len(piece) - 1].startswith(last[0]) if len(last[0]) > 1 else words[at + len(piece) - 1] == last[0])
            for at in range(len(words))
        )  # fmt: skip

    return [
        number for number, text, customer, note in sorted(rows, reverse=True)
        if (customers is None or customer in customers) and (notes or not note) and all(holds(text, piece.split("-")) for piece in query.split())
    ]  # fmt: skip


class InParts(TestCase):
    """With parts of the index so small that every way of going on is taken, and no time, so that each page is one part."""

    @settings(max_examples=150, deadline=None)
    @given(seed=st.integers(0, 2**32), quick=st.booleans(), patience=st.sampled_from([0.0, 5.0]), size=st.integers(1, 20))
    def test_page_by_page_all_is_found_once_and_nothing_else(self, *, seed: int, quick: bool, patience: float, size: int) -> None:
        chance = random.Random(seed)
        rows = [
            (number, " ".join(chance.choices(WORDS, k=chance.randint(1, 6))), chance.randint(1, 3), chance.random() < 0.2)
            for number in chance.sample(NUMBERS, chance.randint(1, len(NUMBERS)))
        ]
        asked = [chance.choice([*WORDS, "ser", "serv", "ra", "introuvable", "web-01-net", "l-adr", "panne-se"]) for _n in range(chance.randint(1, 4))]
        customers = chance.choice([None, {1}, {2, 3}])
        notes = chance.random() < 0.5
        with pytest.MonkeyPatch.context() as patch:
            for module, sizes in SMALL.items():
                for name, least in sizes.items():
                    patch.setattr(module, name, least if name != "QUICK" or not quick else 5.0)
            if quick:
                patch.setattr(tsvector, "MOST_KNOWN", 10**6)
            for number, text, customer, note in rows:
                put(number, text, customer=customer, note=note)
            found = find(" ".join(asked), customer_ids=customers, notes=notes, patience=patience, pages_of=size)
        assert found == plainly(" ".join(asked), customers, notes=notes, rows=rows)


def test_what_the_index_answers_roughly_is_read_to_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fts5, "MOST_ENDINGS", 0)
    monkeypatch.setattr(fts5, "QUICK", -1.0)
    monkeypatch.setattr(fts5, "SAMPLE", 3)
    put(1, "serveur web-01")
    for number in range(2, 12):
        put(number, "service web 01")
        put(number + 20, "01 web")
    assert find("serveur", pages_of=1, patience=0) == [1]
    assert find("web-01", pages_of=1, patience=0) == [*range(11, 1, -1), 1]
    assert find("01-web", pages_of=1, patience=0) == list(range(31, 21, -1))


def test_a_search_that_takes_too_long_tells_how_far_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fts5, "BLOCK", 8)
    monkeypatch.setattr(fts5, "DENSE", 2)
    monkeypatch.setattr(fts5, "SAMPLE", 2)
    monkeypatch.setattr(fts5, "SEEKS", 2)
    monkeypatch.setattr(tsvector, "WALK", 8)
    monkeypatch.setattr(tsvector, "WALK_ON", 8)
    monkeypatch.setattr(tsvector, "MOST_KNOWN", -1)
    put(1, "panne facture")
    put(2, "panne facture", note=True)
    for number in range(3, 60):
        put(number, "panne" if number % 2 else "facture")
    page = search.find("panne facture", texts=texts, customer_ids=None, notes=True, patience=0)
    assert page.ids == []
    assert page.before is not None
    for patience in (0, 5):
        assert find("panne facture", patience=patience) == [2, 1]
        assert find("panne facture", patience=patience, notes=False) == [1]
        assert find("panne facture", patience=patience, notes=False, customer_ids=[1]) == [1]


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
