"""Which services a text names, and never another customer's."""

from ipaddress import ip_address, ip_network

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.inventory import world
from vigie.inventory.matching import find
from vigie.inventory.models import Service
from vigie.people.access import NOBODY

pytestmark = pytest.mark.django_db


def names(viewer: object, customer: object, text: str) -> list[str]:
    return [service.name for service in find(viewer, customer, text).services]  # type: ignore[arg-type]


def test_address_order_and_name_find_the_service() -> None:
    acme = world.customer()
    me = world.contact(acme)
    world.service(acme, "Serveur Éole", "123456", ("203.0.113.7", "2001:db8:7::/48"))
    for text in (
        "203.0.113.7", "2001:DB8:7::1", "#123456", "n° 123456", "123456", "serveur eole", "SERVEUR  ÉOLE", "2001:db8::/32",
        "Bonjour, mon serveur\néole ne répond plus", "depuis 3 h le 203.0.113.0/24 est mort",
    ):  # fmt: skip
        assert names(me, acme, text) == ["Serveur Éole"], text


def test_the_services_come_in_order_of_mention_each_once() -> None:
    acme = world.customer()
    world.service(acme, "web", "1001", ("203.0.113.1",))
    world.service(acme, "db", "1002", ("203.0.113.2",))
    assert names(world.contact(acme), acme, "203.0.113.2 puis #1001, web et 203.0.113.2") == ["db", "web"]


def test_the_narrowest_prefix_wins() -> None:
    acme = world.customer()
    world.service(acme, "block", addresses=("203.0.113.0/24",))
    world.service(acme, "host", addresses=("203.0.113.7",))
    me = world.contact(acme)
    assert names(me, acme, "203.0.113.7") == ["host"]
    assert names(me, acme, "203.0.113.8") == ["block"]
    assert set(names(me, acme, "203.0.113.0/24")) == {"block", "host"}


def test_the_longest_name_wins_and_parts_of_words_do_not_count() -> None:
    acme = world.customer()
    world.service(acme, "vps-1")
    world.service(acme, "vps-1-backup")
    me = world.contact(acme)
    assert names(me, acme, "le vps-1-backup est lent") == ["vps-1-backup"]
    assert names(me, acme, "vps-1, vps-1-backup") == ["vps-1", "vps-1-backup"]
    assert names(me, acme, "vps-10 et vps-1-test et vps-1.example.com") == []
    assert names(me, acme, "Panne de VPS-1.") == ["vps-1"]


def test_very_short_names_count_only_alone() -> None:
    acme = world.customer()
    world.service(acme, "a1")
    me = world.contact(acme)
    assert names(me, acme, "le a1 est lent") == []
    assert names(me, acme, " A1 ") == ["a1"]


def test_another_customers_service_is_a_stranger_like_one_that_does_not_exist() -> None:
    acme, other = world.customer(), world.customer("Other")
    world.service(other, "secret-db", "555555", ("198.51.100.9",))
    me = world.contact(acme)
    for theirs, nobodys in (("198.51.100.9", "198.51.100.8"), ("#555555", "#555556")):
        real, unreal = find(me, acme, theirs), find(me, acme, nobodys)
        assert real.found == unreal.found == ()
        assert real.message.replace(theirs, "X") == unreal.message.replace(nobodys, "X") != ""
    assert find(me, other, "#555555").services == ()
    assert find(NOBODY, other, "#555555").services == ()
    assert find(me, acme, "secret-db").message == find(me, acme, "no-such-db").message != ""
    with translation.override("fr"):
        assert "198.51.100.9" in find(me, acme, "198.51.100.9").message


def test_staff_match_within_the_customer_asked_about_only() -> None:
    acme, other = world.customer(), world.customer("Other")
    world.service(acme, "web", "31", ("203.0.113.1",))
    world.service(other, "web", "32", ("203.0.113.2",))
    found = find(world.agent(), acme, "web, #31 et #32 et 203.0.113.2")
    assert [service.order_number for service in found.services] == ["31"]
    assert [stranger.value for stranger in found.strangers] == ["32", "203.0.113.2"]


def test_addresses_that_every_machine_has_are_no_strangers() -> None:
    acme = world.customer()
    found = find(world.contact(acme), acme, "127.0.0.1 ::1 224.0.0.1 fe80::1 169.254.3.4 0.0.0.0 et 192.0.2.1")
    assert [stranger.value for stranger in found.strangers] == ["192.0.2.1"]


def test_a_long_pasted_diagnosis_is_matched_whole() -> None:
    acme = world.customer()
    world.service(acme, "web", addresses=("203.0.113.250",))
    hops = "\n".join(f"{hop} 198.51.{hop // 250}.{hop % 250} 3 ms" for hop in range(900))
    assert names(world.contact(acme), acme, hops + "\n203.0.113.250 *") == ["web"]


PREFIXES = st.one_of(
    st.builds(
        lambda low, length: str(ip_network((0xCB007100 + low, length), strict=False)),
        st.integers(0, 31),
        st.integers(26, 32),
    ),
    st.builds(
        lambda low, length: str(ip_network(((0x20010DB8 << 96) + low, length), strict=False)),
        st.integers(0, 31),
        st.integers(122, 128),
    ),
)
WORDS = st.sampled_from(["web", "Web-1", "base été", "ETE", "db 1", "dbx", "nœud", "vps_2"])


class AgainstTheObviousVersion(TestCase):
    @hypothesis_settings(max_examples=40)
    @given(
        inventory=st.lists(st.tuples(st.booleans(), WORDS, st.lists(PREFIXES, max_size=2, unique=True)), max_size=6),
        asked=st.integers(0, 31),
        six=st.booleans(),
        order=st.integers(0, 6),
    )
    def test_the_same_services_are_found_and_never_anothers(
        self, inventory: list[tuple[bool, str, list[str]]], asked: int, six: bool, order: int
    ) -> None:
        acme, other = world.customer(), world.customer("Other")
        services = [
            (mine, world.service(acme if mine else other, name, str(9000 + at), tuple(sorted(set(prefixes)))), prefixes)
            for at, (mine, name, prefixes) in enumerate(inventory)
        ]
        address = ip_address((0x20010DB8 << 96) + asked if six else 0xCB007100 + asked)
        me = world.contact(acme)

        around = [
            (ip_network(prefix).prefixlen, service.pk)
            for mine, service, prefixes in services
            for prefix in prefixes
            if mine and ip_network(prefix).version == address.version and address in ip_network(prefix)
        ]
        narrowest = max((length for length, _pk in around), default=None)
        expected = {pk for length, pk in around if length == narrowest}
        for spelling in {address.exploded.upper(), address.compressed, f"panne sur {address}."}:
            assert {service.pk for service in find(me, acme, spelling).services} == expected

        named = [
            service.pk for mine, service, _prefixes in services if mine and service.order_number == str(9000 + order)
        ]
        assert [service.pk for service in find(me, acme, f"commande n° {9000 + order}").services] == named

        for mine, service, _prefixes in services:
            found = find(me, acme, f"mon service {service.name.upper()} !").services
            assert all(one.customer_id == acme.pk for one in found)
            assert (service in found) == mine
        Service.objects.filter(customer__in=[acme, other]).delete()
