"""References to services inside any text: IP addresses, prefixes and order numbers. Pure: no database, no Django."""

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Address
from typing import NamedTuple

_MAPPED = bytes(10) + b"\xff\xff"
_MAPPED_DIGITS = _MAPPED.hex()
_HOSTS = [(1 << 128 - bits) - 1 for bits in range(129)]
_LENGTHS_4 = {str(bits): 96 + bits for bits in range(33)}
_LENGTHS_6 = {str(bits): bits for bits in range(129)}
_WIDEST = {4: 8, 6: 16}  # a wider prefix (0.0.0.0/0 in a routing table) names nobody


class Kind(StrEnum):
    ADDRESS = "address"
    PREFIX = "prefix"
    ORDER = "order"


class Range(NamedTuple):
    """`prefix` is canonical (RFC 5952; `/32` and `/128` omitted); `first` and `last` are 32 hex digits, IPv4 mapped."""

    prefix: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Reference:
    """`text` as it stood at `start`; `value` is the canonical address or prefix, or the digits of the order number.

    `first` and `last` bound an address or prefix as in `Range`; they are empty for an order number.
    """

    kind: Kind
    text: str
    value: str
    start: int
    first: str = ""
    last: str = ""


def range_of(text: str) -> Range:
    """The range of one address or prefix, in any spelling of RFC 4291 or a dotted quad. Raises ValueError.

    Zone ids are refused (they mean something on one host only), and so are host bits behind a prefix length.
    """
    if ":" not in text and "/" not in text:  # nearly every address of an import
        quad = _quad(text)
        first = _MAPPED_DIGITS + quad.hex()
        return Range(socket.inet_ntop(socket.AF_INET, quad), first, first)
    base, slash, length = text.partition("/")
    try:
        packed = socket.inet_pton(socket.AF_INET6, base) if ":" in base else _MAPPED + _quad(base)
    except (OSError, UnicodeEncodeError) as error:
        raise ValueError(text) from error
    first = packed.hex()
    if not slash:
        return Range(_spell(packed, 128), first, first)
    six = ":" in base
    bits = (_LENGTHS_6 if six else _LENGTHS_4).get(length) or _length(length, six=six)
    number, hosts = int.from_bytes(packed), _HOSTS[bits]
    if number & hosts:
        raise ValueError(text)
    return Range(_spell(packed, bits), first, f"{number | hosts:032x}")


def references(text: str) -> list[Reference]:
    """Every reference in `text`, in order of appearance, each canonical value once.

    Understood: addresses with brackets, ports, URL around them, `[.]` for a dot; `#123456`, `n° 123456`, `order number:
    123456` and their like; a bare number only where it is the whole text.
    """
    alone = _ALONE.fullmatch(text)
    if alone:
        return [Reference(Kind.ORDER, alone[1], alone[2], alone.start(1))]
    sixes = list(_sixes(text))
    rest = text
    for found in sixes:
        rest = rest[: found.start] + " " * len(found.text) + rest[found.start + len(found.text) :]
    once: dict[tuple[Kind, str], Reference] = {}
    for found in sorted([*sixes, *_fours(rest), *_orders(rest)], key=lambda found: found.start):
        once.setdefault((found.kind, found.value), found)
    return list(once.values())


def _quad(text: str) -> bytes:
    """Four decimal octets; people and printing tools pad them with zeros, which never means octal here."""
    try:
        return socket.inet_pton(socket.AF_INET, text)
    except (OSError, UnicodeEncodeError):
        pass
    parts = text.split(".")
    if len(parts) != 4 or not all(0 < len(part) <= 3 and part.isascii() and part.isdigit() for part in parts):
        raise ValueError(text)
    return bytes(map(int, parts))


def _length(text: str, *, six: bool) -> int:
    """A prefix length as bits of the 128, or an IPv4 netmask."""
    if not six and "." in text:
        mask = int.from_bytes(_quad(text))
        bits = mask.bit_count()
        if mask != (0xFFFFFFFF << 32 - bits) & 0xFFFFFFFF:
            raise ValueError(text)
        return 96 + bits
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise ValueError(text)
    bits = int(text) if six else 96 + int(text)
    if bits > 128:
        raise ValueError(text)
    return bits


def _spell(packed: bytes, bits: int) -> str:
    """RFC 5952, IPv4 where it is mapped; inet_ntop alone would write `::102:304` as `::1.2.3.4`."""
    if packed.startswith(_MAPPED) and bits >= 96:
        text, bits, full = socket.inet_ntop(socket.AF_INET, packed[12:]), bits - 96, 32
    else:
        text, full = socket.inet_ntop(socket.AF_INET6, packed), 128
        if "." in text:
            text = str(IPv6Address(packed)).lower() if not packed.startswith(_MAPPED) else "::ffff:0:0"
    return text if bits == full else f"{text}/{bits}"


_ALONE = re.compile(r"\s*(#?([0-9]{1,20}))[\s.,;]*", re.ASCII)

# An optional label such as `ip:` or `[IPv6:`, then a run that holds two colons; what it is worth, inet_pton decides.
_SIX = re.compile(
    r"(?<![\w:.])(?:\w{0,20}[^\W0-9a-fA-F_]\w{0,20}:)?"
    r"(?P<address>[0-9a-fA-F]{0,4}:[0-9a-fA-F]{0,4}:[0-9a-fA-F:.]{0,41})(?P<length>/[0-9]{1,3}(?![\w.]))?(?P<next>[\w%]?)"
)
_DOT = r"(?:\.|\[\.\]|\(\.\))"
_FOUR = re.compile(
    rf"(?<![\w.])(?P<address>[0-9]{{1,3}}(?:{_DOT}[0-9]{{1,3}}){{3}})"
    r"(?P<length>/(?:[0-9]{1,2}(?![\w.])|[0-9]{1,3}(?:\.[0-9]{1,3}){3}))?(?!\w|\.[0-9])"
)
_NUMBER = r"(?:n(?:um[eé]ro|umber|um|br|r|o|[°º])|№|id|ref|réf|référence|reference)"
_ORDER = re.compile(
    rf"(?<![\w&])(?:(?:commande|order|cde)(?:\s{{0,3}}{_NUMBER}\.?)?|{_NUMBER}\.?\s{{0,3}}(?:de\s|of\s)?(?:the\s)?(?:commande|order)"
    r"|n[°º]|№|no\.?|nr\.?|num[eé]ro|num\.)?"
    r"(?:\s{0,3}:\s{0,3}|\s{0,3})(?P<hash>#\s?)?(?P<digits>[0-9]{1,20})(?![\w]|[.,:/][0-9])",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"(?:ticket|billet|facture|invoice|devis|quote|port|dossier|case|rfc|cve|bug|tel|tél|téléphone|phone)s?\s{0,3}[:.]?\s{0,3}$",
    re.IGNORECASE,
)


def _sixes(text: str) -> Iterator[Reference]:
    for match in _SIX.finditer(text):
        if match["next"]:
            continue
        address = match["address"].rstrip(".")
        if address.endswith(":") and not address.endswith("::"):
            address = address[:-1]
        length = match["length"] or ""
        if length and address != match["address"]:
            continue
        yield from _reference(address, length, match.start("address"))


def _fours(text: str) -> Iterator[Reference]:
    for match in _FOUR.finditer(text):
        yield from _reference(match["address"], match["length"] or "", match.start())


def _reference(address: str, length: str, start: int) -> Iterator[Reference]:
    plain = re.sub(r"[\[\]()]", "", address)
    if not any(character.isalnum() for character in plain):
        return
    if length:
        try:
            found = range_of(plain + length)
        except ValueError:
            found = None  # host bits: the writer names one address and tells how wide its network is
        if found is not None and "/" in found.prefix:
            bits = int(found.prefix.partition("/")[2])
            if bits >= _WIDEST[6 if ":" in found.prefix else 4]:
                yield Reference(Kind.PREFIX, address + length, found.prefix, start, found.first, found.last)
            return
    try:
        found = range_of(plain)
    except ValueError:
        return
    yield Reference(Kind.ADDRESS, address + length, found.prefix, start, found.first, found.last)


def _orders(text: str) -> Iterator[Reference]:
    for match in _ORDER.finditer(text):
        marked = match.group().rstrip("0123456789").strip(" :\t\r\n\xa0\u202f") != ""
        if marked and not _OTHER.search(text, max(0, match.start() - 20), match.start()):
            yield Reference(Kind.ORDER, match.group().strip(), match["digits"], match.start())
