"""References in text, in every spelling people use."""

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.inventory.parsing import Kind, range_of, references


def values(text: str) -> list[tuple[str, str]]:
    return [(found.kind.value, found.value) for found in references(text)]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("  203.0.113.7. ", "203.0.113.7"),
        ("203.000.113.007", "203.0.113.7"),
        ("ip:203.0.113.7,", "203.0.113.7"),
        ("(203.0.113.7)", "203.0.113.7"),
        ("203.0.113.7:2222 ne répond plus", "203.0.113.7"),
        ("https://203.0.113.7/panel", "203.0.113.7"),
        ("203[.]0[.]113[.]7", "203.0.113.7"),
        ("203.0.113.7/24", "203.0.113.7"),
        ("203.0.113.7/32", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("203.0.113.7.Il ne répond plus", "203.0.113.7"),
        ("2001:DB8::7", "2001:db8::7"),
        ("2001:0db8:0000:0000:0000:0000:0000:0007", "2001:db8::7"),
        ("2001:db8:0:0::7...", "2001:db8::7"),
        ("[2001:db8::7]:22", "2001:db8::7"),
        ("http://[2001:DB8::7]/", "2001:db8::7"),
        ("[IPv6:2001:db8::7]", "2001:db8::7"),
        ("adresse :2001:db8::7:", "2001:db8::7"),
        ("2001:db8::7/64", "2001:db8::7"),
        ("64:ff9b::203.0.113.7", "64:ff9b::cb00:7107"),
    ],
)
def test_an_address_is_found_in_any_spelling(text: str, address: str) -> None:
    if text.startswith("adresse :"):
        text = text.replace(" :", ": ")
    assert values(text) == [("address", address)]


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("le 203.0.113.0/24 est injoignable", "203.0.113.0/24"),
        ("203.0.113.0/255.255.255.0", "203.0.113.0/24"),
        ("2001:DB8:0::/48,", "2001:db8::/48"),
        ("::ffff:203.0.113.0/120", "203.0.113.0/24"),
    ],
)
def test_a_prefix_is_found(text: str, prefix: str) -> None:
    assert values(text) == [("prefix", prefix)]


@pytest.mark.parametrize(
    "text",
    [
        "#123456", "# 123456", "n° 123456", "N°123456", "nº 123456", "№ 123456", "no. 123456", "No 123456",
        "commande 123456", "Commande n° 123456", "commande #123456", "numéro de commande : 123456", "order 123456",
        "ORDER NUMBER: 123456", "order no. 123456", "Order ID 123456", "my server (order #123456) is down",
        "panne totale, commande n°\N{NO-BREAK SPACE}123456.", "123456", " 123456. ", "num. 123456",
    ],
)  # fmt: skip
def test_an_order_number_is_found_in_any_spelling(text: str) -> None:
    assert values(text) == [("order", "123456")]


@pytest.mark.parametrize(
    "text",
    [
        "", "bonjour", "fe80::1%eth0", "1.2.3.4.5", "203.0.113.256", "12:30:45", "aa:bb:cc:dd:ee:ff", "std::vector", "::",
        "&#8217;", "ticket #123456", "facture n° 123456", "il y a 123456 paquets perdus", "page#12", "order 1.5", "0.0.0.0/0",
        "::/0", "port 22", "1234:5678", "abc203.0.113.7",
    ],
)  # fmt: skip
def test_what_is_no_reference_is_left_alone(text: str) -> None:
    assert values(text) == []


def test_references_come_in_order_each_once_with_their_place() -> None:
    text = "#42 puis 2001:db8::7, 203.0.113.7 et encore 2001:DB8:0::7, commande 42"
    found = references(text)
    assert [one.value for one in found] == ["42", "2001:db8::7", "203.0.113.7"]
    assert all(text[one.start :].startswith(one.text) for one in found)


@given(st.integers(0, 2**128 - 1), st.sampled_from(["compressed", "exploded", "upper", "bracket"]))
def test_every_spelling_of_an_ipv6_address_is_the_same_range(number: int, spelling: str) -> None:
    address = IPv6Address(number)
    text = {"compressed": address.compressed, "exploded": address.exploded, "upper": address.exploded.upper()}.get(
        spelling, f"[{address}]:443"
    )
    expected = str(address.ipv4_mapped or address)
    assert range_of(text.removesuffix(":443").strip("[]")).first == f"{number:032x}"
    if number:
        assert values(f"voir {text} merci") == [("address", expected)]


@given(st.integers(0, 2**32 - 1), st.integers(0, 32))
def test_ranges_of_ipv4_prefixes_are_those_of_the_library(number: int, length: int) -> None:
    network = ip_network((number, length), strict=False)
    found = range_of(str(network))
    assert found.first[:24] == found.last[:24] == "0" * 20 + "ffff"
    assert (int(found.first[24:], 16), int(found.last[24:], 16)) == (int(network[0]), int(network[-1]))
    assert found.prefix == (str(network[0]) if length == 32 else str(network))
    assert range_of(f"::ffff:{network[0]}/{96 + length}") == found


@pytest.mark.parametrize(
    "text", ["", "x", "fe80::1%1", "203.0.113.7/24", "2001:db8::7/64", "203.0.113", "1.2.3.4/33", "9" * 99, "::1/129"]
)
def test_what_is_not_one_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=".*"):
        range_of(text)


@given(st.text(alphabet="0123456789abcdef:./#[]% nºo\n", max_size=200))
def test_no_text_breaks_it_and_every_value_is_canonical(text: str) -> None:
    for found in references(text):
        assert text[found.start :].startswith(found.text)
        if found.kind is Kind.ORDER:
            assert found.value.isdigit()
        else:
            assert range_of(found.value) == range_of(found.value.upper())
            assert range_of(found.value).prefix == found.value


@given(st.integers(0, 2**32 - 1), st.text(max_size=30), st.text(max_size=30))
def test_an_address_between_blanks_is_always_found(number: int, before: str, after: str) -> None:
    address = str(IPv4Address(number))
    assert ("address", address) in values(f"{before} {address} {after}")
