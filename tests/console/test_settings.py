"""Business settings through HTTP: what is refused stands beside its field, what holds is kept."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests import worlds
from vigie.people import tokens
from vigie.people.models import Calendar, Customer, Department, Invitation, Provider, Team
from vigie.promises.models import Promise

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]


@pytest.fixture
def admin(browse: Browse) -> Client:
    return browse(worlds.admin(language="en"))


def brand(**fields: object) -> dict[str, object]:
    return {
        "name": "INTROSERV",
        "accent": "#2C49C8",
        "language": "fr",
        "timezone": "Europe/Paris",
        "reopen_days": 14,
        **fields,
    }


def test_a_colour_nobody_can_read_is_refused_with_the_reason(admin: Client) -> None:
    answer = admin.post(reverse("console:provider"), brand(accent="#FFD400"))
    assert answer.status_code == 422
    assert "nearest readable colour" in answer.content.decode()
    assert Provider.objects.get().accent != "#FFD400"


def test_a_new_accent_reaches_every_page_at_once(admin: Client) -> None:
    assert admin.post(reverse("console:provider"), brand(accent="#0B7A4B")).status_code == 302
    page = admin.get(reverse("console:queue")).content.decode()
    sheet = page.split('href="/brand.css')[1].split('"')[0]
    assert "#0B7A4B" in admin.get(f"/brand.css{sheet}").content.decode()


def test_a_department_is_added_and_changed(admin: Client) -> None:
    new = {"code": "abuse", "name_fr": "Abus", "name_en": "Abuse", "is_open": "on", "position": 3}
    admin.post(reverse("console:departments"), new)
    admin.post(reverse("console:department_edit", args=["abuse"]), {**new, "name_en": "Abuse desk"})
    assert Department.objects.get(code="abuse").name_en == "Abuse desk"


def test_the_last_word_of_a_verb_stands_beside_its_field(admin: Client) -> None:
    closed = {"code": "financial", "name_fr": "F", "name_en": "F", "position": 1}
    answer = admin.post(reverse("console:department_edit", args=["financial"]), closed)
    assert answer.status_code == 422
    assert "stays open" in answer.content.decode()


def test_members_and_who_is_on_call(admin: Client) -> None:
    agent = worlds.agent()
    url = reverse("console:team", args=["support"])
    admin.post(url, {"set_members": "1", "members": [agent.pk], "on_call": [agent.pk]})
    assert list(Team.objects.get(code="support").members.all()) == [agent]
    assert admin.post(url, {"set_members": "1", "members": [], "on_call": [agent.pk]}).status_code == 422


def test_hours_are_written_as_people_write_them(admin: Client) -> None:
    form = {
        "name": "Bureau",
        "timezone": "Europe/Paris",
        "day0": "09:00-12:30, 14:00-18:00",
        "day4": "20:00-24:00",
        "holidays": "2026-12-25 Noël",
    }
    assert admin.post(reverse("console:calendars"), form).status_code == 302
    made = Calendar.objects.get(name="Bureau")
    assert [str(one) for one in made.hours.all()] == ["0 09:00-12:30", "0 14:00-18:00", "4 20:00-00:00"]
    shown = admin.get(reverse("console:calendar", args=[made.pk])).content.decode()
    assert "09:00-12:30, 14:00-18:00" in shown
    assert "2026-12-25 Noël" in shown


@pytest.mark.parametrize("wrong", [{"day1": "9 to 5"}, {"holidays": "Noël"}, {"day1": "18:00-09:00"}])
def test_hours_that_make_no_sense_are_refused(admin: Client, wrong: dict[str, str]) -> None:
    form = {"name": "Bureau", "timezone": "Europe/Paris", "day0": "09:00-18:00", **wrong}
    assert admin.post(reverse("console:calendars"), form).status_code == 422
    assert not Calendar.objects.filter(name="Bureau").exists()


def test_a_promise_is_set_in_minutes_and_withdrawn(admin: Client) -> None:
    form = {
        "channel": "ticket",
        "kind": "first_reply",
        "department": "financial",
        "aim": "20",
        "limit": "30",
        "calendar": "",
        "priority": "",
    }
    admin.post(reverse("console:promises"), form)
    made = Promise.objects.get(department="financial")
    assert (made.aim, made.limit) == (1200, 1800)
    assert admin.post(reverse("console:promises"), {**form, "aim": "40"}).status_code == 422
    admin.post(reverse("console:promises"), {"withdraw": made.pk})
    assert not Promise.objects.filter(pk=made.pk).exists()


def test_staff_are_invited_and_invitations_withdrawn(admin: Client) -> None:
    admin.post(
        reverse("console:staff"), {"name": "Karim", "email": "karim@person.example", "role": "agent", "language": "fr"}
    )
    invitation = Invitation.objects.get(email="karim@person.example")
    admin.post(reverse("console:staff_withdraw", args=[invitation.pk]))
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is not None


def test_shutting_somebody_out_ends_it_at_once(admin: Client, browse: Browse) -> None:
    agent = worlds.agent()
    theirs = browse(agent)
    admin.post(reverse("console:staff_change", args=[agent.pk]), {"active": "0"})
    assert theirs.get(reverse("console:queue")).status_code == 302


def test_customers_are_added_found_and_changed(admin: Client) -> None:
    new = {
        "name": "Hôtel Les Embruns",
        "reference": "C7714",
        "registered_address": "compte@embruns.example",
        "language": "fr",
        "timezone": "Europe/Paris",
        "is_active": "on",
    }
    assert admin.post(reverse("console:customers"), new).status_code == 302
    made = Customer.objects.get(reference="C7714")
    assert "Embruns" in admin.get(reverse("console:customers"), {"q": "hôtel les"}).content.decode()
    admin.post(reverse("console:customer", args=[made.pk]), {**new, "plan": "Pro"})
    made.refresh_from_db()
    assert (made.plan, made.reference) == ("Pro", "C7714")


def test_appearance_and_keys_are_kept(admin: Client) -> None:
    admin.post(reverse("console:appearance"), {"theme": "dark"}, headers={"X-Requested-With": "fetch"})
    admin.post(reverse("console:appearance"), {"keys_shown": "1"}, headers={"X-Requested-With": "fetch"})
    page = admin.get(reverse("console:queue")).content.decode()
    assert 'data-theme="dark"' in page
    assert "data-keys>" not in page


def test_a_token_is_made_shown_once_and_ended(admin: Client) -> None:
    who = worlds.agent(email="billing@provider.example")
    answer = admin.post(reverse("console:tokens"), {"email": "Billing@provider.example", "scopes": ["tickets:read"], "days": "30"})
    token = who.api_tokens.get()
    secret = next(word for word in answer.content.decode().replace("<", " ").replace(">", " ").split() if word.startswith("vigie_") and "…" not in word)
    found = tokens.verify(secret)
    assert found == token
    assert token.expires_at is not None
    assert secret not in admin.get(reverse("console:tokens")).content.decode()
    admin.post(reverse("console:token_revoke", args=[token.pk]))
    assert tokens.verify(secret) is None


def test_a_token_for_nobody_or_for_nothing_is_refused_beside_its_field(admin: Client) -> None:
    answer = admin.post(reverse("console:tokens"), {"email": "nobody@provider.example", "scopes": ["tickets:read"]})
    assert answer.status_code == 422
    assert "Nobody signs in with this address." in answer.content.decode()
    assert admin.post(reverse("console:tokens"), {"email": "nobody@provider.example"}).status_code == 422
