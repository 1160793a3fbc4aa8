import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigie.config.proxies import networks, peer

TRUSTED = networks(["10.0.0.0/8", "::1"])


def forwarded(*values: str) -> list[tuple[bytes, bytes]]:
    return [(b"x-forwarded-for", value.encode()) for value in values]


@pytest.mark.parametrize(
    ("client", "headers", "expected"),
    [
        ("198.51.100.1", forwarded("6.6.6.6"), "198.51.100.1"),
        ("10.0.0.1", forwarded("6.6.6.6, 203.0.113.9"), "203.0.113.9"),
        ("10.0.0.1", forwarded("6.6.6.6", "203.0.113.9, 10.1.1.1"), "203.0.113.9"),
        ("10.0.0.1", forwarded("10.9.9.9"), "10.9.9.9"),
        ("10.0.0.1", forwarded("[2001:db8::1]:443"), "2001:db8::1"),
        ("10.0.0.1", forwarded("203.0.113.9:51000"), "203.0.113.9"),
        ("10.0.0.1", forwarded("unknown"), "10.0.0.1"),
        ("10.0.0.1", [], "10.0.0.1"),
    ],
)
def test_only_what_trusted_proxies_vouch_for_counts(client: str, headers: list, expected: str) -> None:
    assert peer((client, 1), "http", headers, TRUSTED).address == expected


def test_a_stranger_cannot_claim_https() -> None:
    headers = [(b"x-forwarded-proto", b"https")]
    assert peer(("198.51.100.1", 1), "http", headers, TRUSTED).scheme == "http"
    assert peer(("10.0.0.1", 1), "http", headers, TRUSTED).scheme == "https"


@given(st.lists(st.text(max_size=40)))
def test_whatever_a_client_writes_its_proxys_word_is_the_last(values: list[str]) -> None:
    lines = [(b"x-forwarded-for", value.encode("utf-8", "ignore")) for value in values]
    assert peer(("10.0.0.1", 1), "http", [*lines, *forwarded("203.0.113.9")], TRUSTED).address == "203.0.113.9"
