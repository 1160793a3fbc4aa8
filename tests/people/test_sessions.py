"""Sessions: listed with device and place, ended one by one or all at once, and by a new password."""

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client

from tests import worlds
from tests.people.journeys import is_signed_in, sign_in
from vigie.people import devices, sessions, staff
from vigie.people.access import OPERATOR, viewer_of
from vigie.people.errors import LastAdministrator, NotAllowed
from vigie.people.models import User

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"  # fmt: skip
PAGE = "/client/settings/sessions/"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def browser(user: User, agent: str = FIREFOX, ip: str = "203.0.113.9") -> Client:
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=ip)
    assert sign_in(client, user.email, worlds.PASSWORD).status_code == 302
    return client


@pytest.mark.parametrize(("line", "said"), [(FIREFOX, ("Firefox", "Linux")), (IPHONE, ("Safari", "iPhone")), ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", ("Edge", "Windows")), ("", ("", ""))])  # fmt: skip
def test_a_device_in_words(line: str, said: tuple[str, str]) -> None:
    assert devices.described(line) == said


def test_each_session_is_listed_with_device_and_address() -> None:
    user = worlds.contact()
    here = browser(user)
    browser(user, IPHONE, "198.51.100.7")
    page = here.get(PAGE).content.decode().replace("\N{NO-BREAK SPACE}", " ")
    for said in ("Firefox sur Linux", "203.0.113.9", "Safari sur iPhone", "198.51.100.7"):
        assert said in page


def test_a_session_is_ended_from_another_one_at_once() -> None:
    user = worlds.contact()
    here, there = browser(user), browser(user, IPHONE)
    row = UserSession.objects.get(user=user, user_agent=IPHONE)
    assert here.post(f"{PAGE}{row.pk}/end/").url == PAGE
    assert there.get(PAGE).status_code == 302
    assert here.get(PAGE).status_code == 200


def test_nobody_ends_the_session_of_somebody_else() -> None:
    mine, theirs = browser(worlds.contact()), worlds.contact()
    other = browser(theirs)
    mine.post(f"{PAGE}{UserSession.objects.get(user=theirs).pk}/end/")
    assert other.get(PAGE).status_code == 200


def test_all_others_end_together() -> None:
    user = worlds.contact()
    here, *others = [browser(user) for _ in range(3)]
    here.post(f"{PAGE}others/end/")
    assert [client.get(PAGE).status_code for client in (here, *others)] == [200, 302, 302]


def test_ending_this_one_signs_out() -> None:
    user = worlds.contact()
    here = browser(user)
    assert here.post(f"{PAGE}{UserSession.objects.get(user=user).pk}/end/").url == "/account/login/"
    assert not is_signed_in(here)


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one() -> None:
    user = worlds.contact()
    here, there = browser(user), browser(user)
    refused = here.post("/account/password/change/", {"oldpassword": "wrong", "password1": "marmotte-des-alpages"})
    assert refused.status_code == 200
    fields = {"oldpassword": worlds.PASSWORD, "password1": "marmotte-des-alpages"}
    assert here.post("/account/password/change/", fields).url == "/client/settings/security/"
    assert here.get(PAGE).status_code == 200
    assert there.get(PAGE).status_code == 302
    assert len(sessions.of(user)) == 1


def test_a_weak_password_is_refused_with_the_reason() -> None:
    here = browser(worlds.contact(language="en"))
    page = here.post("/account/password/change/", {"oldpassword": worlds.PASSWORD, "password1": "password12"})
    assert "too common" in page.content.decode()


def test_a_deactivated_member_of_staff_is_out_at_once() -> None:
    user = worlds.agent(worlds.team())
    there = browser(user)
    staff.deactivate(viewer=viewer_of(worlds.admin()), user=user)
    assert there.get("/account/password/change/").status_code == 302
    assert not sessions.of(user)
    assert not user.teams.exists()
    assert sign_in(Client(), user.email, worlds.PASSWORD).url == "/account/inactive/"
    staff.reactivate(viewer=OPERATOR, user=user)
    assert sign_in(Client(), user.email, worlds.PASSWORD).url == "/console/"


def test_an_administrator_remains() -> None:
    last = worlds.admin()
    for deed in (lambda: staff.deactivate(viewer=OPERATOR, user=last), lambda: staff.appoint(viewer=OPERATOR, user=last, role="agent")):  # fmt: skip
        with pytest.raises(LastAdministrator):
            deed()
        last.refresh_from_db()
        assert (last.is_active, last.role) == (True, "admin")
    with pytest.raises(NotAllowed):
        staff.create(viewer=viewer_of(worlds.lead()), email="x@provider.example", name="X", role="agent")
