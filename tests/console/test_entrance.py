"""Who may enter the console, and what it costs to look at it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from tests import worlds
from vigie.console.urls import urlpatterns

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]
ARGUMENTS = {
    "number": 1001, "held_id": 1, "customer_id": 1, "mail_id": 1, "reaction_id": 1, "code": "technical", "calendar_id": 1,
    "user_id": 1, "invitation_id": 1, "token_id": 1,
}  # fmt: skip
EVERY = [
    (pattern.name or "", {name: ARGUMENTS[name] for name in pattern.pattern.converters})
    for pattern in urlpatterns
    if isinstance(pattern, URLPattern)
]
ADMIN_ONLY = ("provider", "departments", "promises", "staff", "tokens")
LEADS_ONLY = ("teams", "calendars")


@pytest.mark.parametrize(("name", "arguments"), EVERY)
@pytest.mark.parametrize("method", ["get", "post"])
def test_for_a_contact_no_address_of_the_console_exists(
    browse: Browse, name: str, arguments: dict[str, object], method: str
) -> None:
    contact = worlds.contact()
    worlds.ticket(contact)
    answer = getattr(browse(contact), method)(reverse(f"console:{name}", kwargs=arguments))
    assert answer.status_code in {404, 405}


@pytest.mark.parametrize(("name", "arguments"), EVERY)
def test_a_stranger_is_asked_to_sign_in(browse: Browse, name: str, arguments: dict[str, object]) -> None:
    answer = browse().get(reverse(f"console:{name}", kwargs=arguments))
    assert answer.status_code == 405 or (answer.status_code == 302 and answer["Location"].startswith("/account/login/"))


def test_a_script_of_a_stranger_is_told_without_a_redirect(browse: Browse) -> None:
    answer = browse().get(reverse("console:queue"), headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 401
    assert answer.json()["sign_in"].startswith("/account/login/")


@pytest.mark.parametrize("name", [*ADMIN_ONLY, *LEADS_ONLY])
def test_agents_do_not_change_the_house(browse: Browse, name: str) -> None:
    assert browse(worlds.agent()).get(reverse(f"console:{name}")).status_code == 403


@pytest.mark.parametrize("name", ADMIN_ONLY)
def test_leads_keep_teams_and_hours_but_nothing_else(browse: Browse, name: str) -> None:
    client = browse(worlds.lead())
    assert client.get(reverse(f"console:{name}")).status_code == 403
    assert client.get(reverse("console:teams")).status_code == 200


def test_where_a_second_factor_is_required_staff_set_one_up_first(browse: Browse) -> None:
    worlds.provider(staff_mfa=True)
    answer = browse(worlds.agent()).get(reverse("console:queue"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "name", ["queue", "search", "customers", "outbox", "parked", "provider", "departments", "teams", "calendars", "promises", "staff"]
)  # fmt: skip
def test_every_page_stands_in_both_languages(browse: Browse, name: str, language: str) -> None:
    answer = browse(worlds.admin(language=language)).get(reverse(f"console:{name}"))
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.content.decode()
