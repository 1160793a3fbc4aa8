"""Errors wear the provider's dress and speak the person's language."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.views.defaults import server_error

from tests import worlds
from tests.portal.test_settings import signed_in
from vigie.config.limiting import refusal

pytestmark = pytest.mark.django_db


def test_a_page_that_is_not_there_leads_back() -> None:
    worlds.provider(name="INTROSERV")
    answer = Client(headers={"accept-language": "fr"}).get("/nowhere/")
    assert answer.status_code == 404
    assert "Cette page n’est pas ici" in answer.content.decode()
    assert 'href="/client/"' in answer.content.decode()


def test_staff_are_led_back_to_the_console() -> None:
    assert 'href="/console/"' in signed_in(worlds.agent()).get("/nowhere/").content.decode()


def test_a_page_for_administrators_says_so() -> None:
    answer = signed_in(worlds.agent()).get("/console/settings/provider/")
    assert answer.status_code == 403
    assert "ne vous est pas ouverte" in answer.content.decode()


def test_a_form_without_its_token_is_explained() -> None:
    answer = Client(enforce_csrf_checks=True, headers={"accept-language": "en"}).post("/account/login/", {})
    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()


def test_a_fault_needs_no_database(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        page = server_error(RequestFactory().get("/")).content.decode()
    assert "css/client" in page


def test_a_page_asked_too_often_offers_to_try_again_and_a_form_to_go_back() -> None:
    request = RequestFactory().get("/client/tickets/?q=a", headers={"accept-language": "en"})
    for one in (request, RequestFactory().post("/client/tickets/1/reply/")):
        one.session, one.user = {}, AnonymousUser()  # type: ignore[assignment]
        page = refusal(one, 14)
        assert (page.status_code, page["Retry-After"]) == (429, "14")
        assert ('class="btn primary' in page.content.decode()) == (one.method == "GET")
        assert ("/client/tickets/?q=a" in page.content.decode()) == (one.method == "GET")
