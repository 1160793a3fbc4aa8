"""French is complete, up to date with the sources, and set as French is set."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tests import words

DOMAINS = list(words.METHODS)
PLACEHOLDER = re.compile(r"%\(\w+\)[\d.]*[sdf]|%[sd]|\{\w*\}|%%")
NBSP, NNBSP = "\u00a0", "\u202f"
CODE = re.compile(r"`[^`]*`|Authorization: Bearer \S+?(?=[”\u00a0])|https?://\S+|\b\d{1,2}:\d{2}\b|&\w+;|%\(\w+\)[sd]|::|\b[\w.]+@[\w.]+")


def french(domain: str) -> Catalog:
    with words.path_of(domain).open("rb") as file:
        return read_po(file, locale="fr")


def pairs(message: Message) -> Iterator[tuple[str, str]]:
    """Each French text of a message with the English it stands for."""
    ids = message.id if isinstance(message.id, (list, tuple)) else [message.id]
    texts = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    for index, text in enumerate(texts):
        yield ids[min(index, len(ids) - 1)], text


def placeholders(text: str) -> list[str]:
    return sorted(found[0] for found in PLACEHOLDER.finditer(text) if found[0] != "%%")


def faults(text: str) -> list[str]:
    """What a French typographer would mark."""
    bare = CODE.sub("x", text)
    found = [
        f"U+202F before {mark}" for mark in ";!?" if re.search(rf"[^\W_][{mark}](?!\w)|(?<!{NNBSP}) [{mark}]", bare)
    ]
    if re.search(r"[^\W_]:(?=\s|$)| :(?=\s|$)", bare):
        found.append("U+00A0 before :")
    if re.search(r"\d ?%", bare):
        found.append("U+00A0 before %")
    if re.search(rf"«(?!{NBSP})|(?<!{NBSP})»", bare):
        found.append("U+00A0 inside « »")
    if re.search(r"\w'\w", bare):
        found.append("’ for an apostrophe")
    if re.search(r'(?<![=\w])"', bare):
        found.append("« » for quotation marks")
    if "..." in bare:
        found.append("… for three dots")
    return found


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_catalogue_is_what_the_sources_say(domain: str) -> None:
    """`bin/words` brings it up to date."""
    said = {message.id for message in french(domain) if message.id}
    wanted = {message.id for message in words.extracted(domain) if message.id}
    assert wanted - said == set(), "in the sources, not in the catalogue"
    assert said - wanted == set(), "in the catalogue, no longer in the sources"


@pytest.mark.parametrize("domain", DOMAINS)
def test_french_is_complete(domain: str) -> None:
    assert words.missing(words.merged(domain)) == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_placeholders_are_the_same(domain: str) -> None:
    """A plural form may leave the number out: “one day”."""
    wrong = []
    for message in french(domain):
        for english, text in pairs(message) if message.id else ():
            if text and placeholders(english) != placeholders(text):
                plural = isinstance(message.id, (list, tuple))
                if not (plural and set(placeholders(text)) <= set(placeholders(message.id[1]))):
                    wrong.append((english, text))
    assert wrong == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_french_typography(domain: str) -> None:
    wrong = {text: found for message in french(domain) if message.id for _, text in pairs(message) if (found := faults(text))}
    assert wrong == {}


@pytest.mark.parametrize("domain", DOMAINS)
def test_english_typography(domain: str) -> None:
    wrong = [
        english
        for message in words.extracted(domain)
        if message.id
        for english in (message.id if isinstance(message.id, tuple) else (message.id,))
        if re.search(r"\w'\w|\.\.\.", CODE.sub("x", english)) or re.search(r'(?<![=\w])"', CODE.sub("x", english))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"Qui{NNBSP}?", 0),
        ("Qui?", 1),
        ("Qui ?", 1),
        (f"Heure{NBSP}: 13:40", 0),
        ("Heure : 13:40", 1),
        (f"«{NBSP}oui{NBSP}»", 0),
        ("« oui »", 1),
        (f"98{NBSP}%", 0),
        ("98 %", 1),
        ("l'heure", 1),
        ("https://exemple.fr/?a=1", 0),
    ],
)
def test_the_typographer_sees(text: str, count: int) -> None:
    assert len(faults(text)) == count
