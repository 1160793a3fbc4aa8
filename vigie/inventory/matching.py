"""Which services a text names: by address, order number or name, among the services of the person asking and no others."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vigie.inventory import parsing
from vigie.inventory.models import Address, Service
from vigie.inventory.parsing import Kind, Reference
from vigie.people.access import Viewer
from vigie.people.models import Customer

_AT_ONCE = 200  # references looked up in one query; a traceroute pasted as diagnostics may hold hundreds
_MOST = 1000
_SHORTEST = 3  # a shorter name is found only where it is the whole text


@dataclass(frozen=True, slots=True)
class Found:
    """One service, and the words of the text that named it."""

    service: Service
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """`found` in order of first mention, each service once; `strangers` are references to none of the services looked at.

    A stranger may belong to somebody else or to nobody: nothing here, neither content nor time taken, tells which.
    """

    found: tuple[Found, ...]
    strangers: tuple[Reference, ...]

    @property
    def services(self) -> tuple[Service, ...]:
        return tuple(found.service for found in self.found)

    @property
    def message(self) -> str:
        """What to tell the person where nothing was found, or something named is not theirs; empty otherwise."""
        if self.strangers:
            named = ", ".join(reference.text for reference in self.strangers[:5])
            return ngettext(
                "%(named)s is not among your services. Check what was typed, or choose from the list.",
                "%(named)s are not among your services. Check what was typed, or choose from the list.",
                len(self.strangers),
            ) % {"named": named}
        if not self.found:
            return _(
                "No service of yours is named here. Give its IP address, order number or name, or choose from the list."
            )
        return ""


def find(viewer: Viewer, customer: Customer, text: str) -> Match:
    """Match `text` against what `viewer` may see of `customer`'s services; staff match against that customer's alone."""
    return match(text, services=Service.objects.visible_to(viewer).filter(customer=customer))


def match(text: str, *, services: QuerySet[Service]) -> Match:
    """Match `text` against `services`. Addresses find the narrowest prefix that holds them; a prefix also finds what it holds."""
    references = parsing.references(text)[:_MOST]
    numbered = [reference for reference in references if reference.kind is Kind.ORDER]
    placed = [reference for reference in references if reference.kind is not Kind.ORDER]
    mentions = [*_by_order(numbered, services), *_by_address(placed, services)]
    known = {start for start, _service, _text in mentions}
    mentions += _by_name(text, services)
    strangers = [
        reference
        for reference in references
        if reference.start not in known
        and not _is_anywhere(reference)
        and not any(start <= reference.start < start + len(words) for start, _id, words in mentions)
    ]
    first: dict[int, tuple[int, str]] = {}
    for start, service, words in sorted(mentions):
        first.setdefault(service, (start, words))
    rows = services.in_bulk(list(first))
    found = tuple(Found(rows[service], words) for service, (_start, words) in first.items() if service in rows)
    return Match(found=found, strangers=tuple(strangers))


def _by_order(references: list[Reference], services: QuerySet[Service]) -> Iterable[tuple[int, int, str]]:
    for batch in _batches(references):
        known = dict(services.filter(order_number__in=[one.value for one in batch]).values_list("order_number", "id"))
        for reference in batch:
            if reference.value in known:
                yield reference.start, known[reference.value], reference.text


def _by_address(references: list[Reference], services: QuerySet[Service]) -> Iterable[tuple[int, int, str]]:
    """Two prefixes either nest or are apart, so each reference meets prefixes around it and prefixes inside it."""
    for batch in _batches(references):
        near = Q()
        for one in batch:
            near |= Q(first__lte=one.first, last__gte=one.last)
            if one.kind is Kind.PREFIX:
                near |= Q(first__gte=one.first, last__lte=one.last)
        rows = list(Address.objects.filter(near, service__in=services).values_list("first", "last", "service_id"))
        for reference in batch:
            around = [row for row in rows if row[0] <= reference.first and row[1] >= reference.last]
            inside = [row for row in rows if row[0] >= reference.first and row[1] <= reference.last]
            narrowest = max(((first, -int(last, 16)) for first, last, _service in around), default=None)
            for first, last, service in around:
                if (first, -int(last, 16)) == narrowest:
                    yield reference.start, service, reference.text
            for _first, _last, service in inside:
                yield reference.start, service, reference.text


def _by_name(text: str, services: QuerySet[Service]) -> list[tuple[int, int, str]]:
    """Whole words, case and accents folded, the longest name first; what it covers is not looked at again."""
    folded, places = _fold(text)
    whole = folded.strip()
    names: dict[str, list[int]] = {}
    for service, shown in services.values_list("id", "name").iterator():
        name = " ".join(shown.lower().split()) if shown.isascii() else _fold(shown)[0].strip()
        if name and name in folded and (len(name) >= _SHORTEST or name == whole):
            names.setdefault(name, []).append(service)
    mentions = []
    for name in sorted(names, key=len, reverse=True):
        for hit in list(re.finditer(_whole_word(name), folded)):
            start, end = places[hit.start()], places[hit.end() - 1] + 1
            mentions += [(start, service, text[start:end]) for service in names[name]]
            folded = folded[: hit.start()] + "\0" * len(name) + folded[hit.end() :]
    return mentions


def _whole_word(name: str) -> str:
    """Neither inside a word nor a part of a longer hyphenated, dotted or underscored one: `vps-1` is not `vps-1-backup`."""
    return rf"(?<![\w])(?<!\w[-./]){re.escape(name)}(?!\w)(?![-./]\w)"


def _fold(text: str) -> tuple[str, list[int]]:
    """Without case and accents, runs of blanks as one; beside it, the place in `text` of each character."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in unicodedata.normalize("NFKD", character).casefold():
            if unicodedata.combining(letter):
                continue
            if letter.isspace() and letters and letters[-1] == " ":
                continue
            letters.append(" " if letter.isspace() else letter)
            places.append(place)
    return "".join(letters), places


def _is_anywhere(reference: Reference) -> bool:
    """Addresses that every machine has: naming them names no service, so they are not reported as unknown."""
    if reference.kind is Kind.ORDER:
        return False
    packed = bytes.fromhex(reference.first)
    if packed.startswith(bytes(10) + b"\xff\xff"):
        return packed[12] in {0, 127} or packed[12] >= 224 or packed[12:14] == b"\xa9\xfe"
    return (
        packed in {bytes(16), bytes(15) + b"\1"}
        or packed[0] == 0xFF
        or (packed[0] == 0xFE and packed[1] & 0xC0 == 0x80)
    )


def _batches(references: list[Reference]) -> Iterable[list[Reference]]:
    return (references[at : at + _AT_ONCE] for at in range(0, len(references), _AT_ONCE))
