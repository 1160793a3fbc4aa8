"""Lists of tickets and services: pages that lose nothing, searches that find, words where there is nothing."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests import worlds
from vigie.kernel.search import Found

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]


def test_pages_hold_every_ticket_once(browse: Browse) -> None:
    person = worlds.contact()
    for n in range(60):
        worlds.ticket(by=person, subject=f"sujet-{n:02}")
    browser, there, seen = browse(person), "/client/tickets/", []
    for _page in range(4):
        page = browser.get(there).content.decode()
        seen += re.findall(r"sujet-\d\d", page)
        following = re.search(r'href="(/client/tickets/\?[^"]+)" rel="next"', page)
        if following is None:
            break
        there = following[1].replace("&amp;", "&")
    assert sorted(seen) == [f"sujet-{n:02}" for n in range(60)]
    assert seen[0] == "sujet-59"


def test_search_finds_words_numbers_and_says_when_nothing_is_found(browse: Browse) -> None:
    person = worlds.contact()
    disk = worlds.ticket(by=person, subject="Disque plein", body="mariadb ne démarre plus")
    worlds.ticket(by=person, subject="Facture")
    for query in ("mariadb", "DEMARRE", f"#{disk.number}", str(disk.number)):
        page = browse(person).get("/client/tickets/", {"q": query}).content.decode()
        assert "Disque plein" in page, query
        assert "Facture" not in page, query
    assert "Aucun ticket ne contient" in browse(person).get("/client/tickets/?q=introuvable").content.decode()


def test_a_search_that_came_short_says_so_and_goes_on(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vigie.portal.found.find", lambda *_args, **_more: Found([], 77))
    page = browse(worlds.contact()).get("/client/tickets/?q=rare").content.decode()
    assert "parmi les messages récents" in page
    assert "Aucun ticket ne contient" not in page
    assert 'href="/client/tickets/?q=rare&amp;after=77" rel="next"' in page


def test_open_and_finished_are_apart(browse: Browse) -> None:
    person = worlds.contact()
    worlds.reply(worlds.ticket(by=person, subject="Fini"), worlds.agent(worlds.team()), then="solved")
    worlds.ticket(by=person, subject="En route")
    opened, finished = (browse(person).get(f"/client/tickets/{show}").content.decode() for show in ("", "?show=finished"))
    assert "En route" in opened
    assert "Fini<" not in opened
    assert "Fini<" in finished
    assert "En route" not in finished


def test_nothing_yet_says_what_will_be_there(browse: Browse) -> None:
    browser = browse(worlds.contact())
    assert "Aucun ticket ouvert" in browser.get("/client/tickets/").content.decode()
    assert "Pas encore de service" in browser.get("/client/services/").content.decode()
    assert browser.get("/client/").status_code == 200


def test_services_are_found_by_name_order_number_and_address(browse: Browse) -> None:
    person = worlds.contact()
    whose = person.contacts.get().customer
    worlds.service(whose, "198.51.100.9", name="vps-pro-03", order_number="123456", product="VPS NVMe 8")
    worlds.service(whose, "203.0.113.200", name="web-22", order_number="222222")
    for query in ("pro-03", "123456", "#123456", "198.51", "nvme 8"):
        page = browse(person).get("/client/services/", {"q": query}).content.decode()
        assert "vps-pro-03" in page, query
        assert "web-22" not in page, query


def test_a_service_leads_to_its_tickets_and_to_a_new_one(browse: Browse) -> None:
    person = worlds.contact()
    service = worlds.service(person.contacts.get().customer, "198.51.100.9", name="vps-pro-03", rack="C4")
    worlds.ticket(by=person, priority="high", subject="Il est arrêté")
    page = browse(person).get(f"/client/services/{service.pk}/").content.decode()
    for words in ("Il est arrêté", "198.51.100.9", "C4", "priority=high"):
        assert words in page


def test_a_bad_place_in_the_list_is_the_beginning(browse: Browse) -> None:
    browser = browse(worlds.contact())
    for after in ("x", "2026-11-24", "2026-11-24T10:00:00,5", "9999-99-99T00:00:00+00:00,1", ",,"):
        assert browser.get("/client/tickets/", {"after": after}).status_code == 200
        assert browser.get("/client/services/", {"after": after}).status_code == 200
