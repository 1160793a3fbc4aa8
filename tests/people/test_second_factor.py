"""Authenticator apps, passkeys, recovery codes; and staff who must have one."""

import html
import json
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests import worlds
from tests.people.authenticator import Passkey
from tests.people.journeys import is_signed_in, prove_again, sign_in, totp
from vigie.journal.models import Entry
from vigie.mail_out.models import OutgoingMail
from vigie.people.models import User

pytestmark = pytest.mark.django_db
HOST = {"HTTP_HOST": "localhost"}
ORIGIN = "http://localhost"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def signed_in(user: User) -> Client:
    client = Client(**HOST)
    assert sign_in(client, user.email, worlds.PASSWORD).status_code == 302
    prove_again(client, worlds.PASSWORD)
    return client


def set_up_app(client: Client) -> tuple[str, list[str]]:
    """The app's key and the recovery codes that came with it."""
    page = client.get("/account/2fa/totp/activate/").content.decode()
    secret = re.search(r'<code class="mono">([A-Z2-7]+)</code>', page)
    assert secret
    done = client.post("/account/2fa/totp/activate/", {"code": totp(secret[1])})
    assert done.url == "/account/2fa/recovery-codes/"
    codes = re.findall(r"<li>(\d{8})</li>", client.get(done.url).content.decode())
    return secret[1], codes


def options_of(page: str) -> dict[str, Any]:
    found = re.search(r"data-options='([^']+)'", page)
    assert found
    return dict(json.loads(html.unescape(found[1])))


def add_passkey(client: Client, *, alone: bool = True) -> Passkey:
    passkey = Passkey(ORIGIN)
    options = options_of(client.get("/account/2fa/webauthn/add/").content.decode())
    fields = {"name": "Clé bleue", "credential": passkey.create(options), **({"passwordless": "on"} if alone else {})}
    done = client.post("/account/2fa/webauthn/add/", fields)
    assert done.status_code == 302, done.content.decode()
    return passkey


def test_a_code_from_the_app_is_asked_for_after_the_password() -> None:
    user = worlds.contact()
    secret, _codes = set_up_app(signed_in(user))
    client = Client(**HOST)
    assert sign_in(client, user.email, worlds.PASSWORD).url == "/account/2fa/authenticate/"
    assert not is_signed_in(client)
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert not is_signed_in(client)
    assert client.post("/account/2fa/authenticate/", {"code": totp(secret)}).url == "/client/"
    assert is_signed_in(client)


def test_a_recovery_code_works_once() -> None:
    user = worlds.contact()
    _secret, codes = set_up_app(signed_in(user))
    assert len(codes) == 10
    for expected in (True, False):
        client = Client(**HOST)
        sign_in(client, user.email, worlds.PASSWORD)
        client.post("/account/2fa/authenticate/", {"code": codes[0]})
        assert is_signed_in(client) is expected


def test_recovery_codes_are_shown_once() -> None:
    client = signed_in(worlds.contact())
    _secret, codes = set_up_app(client)
    assert codes[0] not in client.get("/account/2fa/recovery-codes/").content.decode()


def test_secrets_are_encrypted_at_rest() -> None:
    secret, codes = set_up_app(signed_in(worlds.contact()))
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert codes[0] not in stored


def test_setting_up_needs_the_password_again_and_tells_by_mail(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    user = worlds.contact(language="en")
    client = Client(**HOST)
    sign_in(client, user.email, worlds.PASSWORD)
    assert client.get("/account/2fa/totp/activate/").url.startswith("/account/reauthenticate/")
    prove_again(client, worlds.PASSWORD)
    with django_capture_on_commit_callbacks(execute=True):
        set_up_app(client)
    told = set(OutgoingMail.objects.values_list("subject", flat=True))
    assert "An authenticator app was set up for your account" in told
    lines = Entry.objects.filter(kind="person.security_changed", actor_id=user.pk)
    assert {line.data["what"] for line in lines} == {"totp_activated"}


def test_a_passkey_signs_in_alone() -> None:
    user = worlds.agent()
    passkey = add_passkey(signed_in(user))
    client = Client(**HOST)
    options = client.get("/account/2fa/webauthn/login/", headers={"Accept": "application/json"}).json()["request_options"]
    done = client.post("/account/2fa/webauthn/login/", {"credential": passkey.get(options)})
    assert done.url == "/console/"
    assert is_signed_in(client)


def test_a_passkey_answers_for_the_second_factor_too() -> None:
    user = worlds.contact()
    passkey = add_passkey(signed_in(user), alone=False)
    client = Client(**HOST)
    assert sign_in(client, user.email, worlds.PASSWORD).url == "/account/2fa/authenticate/"
    options = options_of(client.get("/account/2fa/authenticate/").content.decode())
    client.post("/account/2fa/authenticate/", {"credential": passkey.get(options)})
    assert is_signed_in(client)


def test_an_answer_signed_for_another_site_or_another_challenge_opens_nothing() -> None:
    user = worlds.contact()
    passkey = add_passkey(signed_in(user))
    client = Client(**HOST)
    asked = {"headers": {"Accept": "application/json"}}
    options = client.get("/account/2fa/webauthn/login/", **asked).json()["request_options"]
    passkey.origin = "https://evil.example"
    client.post("/account/2fa/webauthn/login/", {"credential": passkey.get(options)})
    assert not is_signed_in(client)
    passkey.origin = ORIGIN
    client.get("/account/2fa/webauthn/login/", **asked)
    client.post("/account/2fa/webauthn/login/", {"credential": passkey.get(options)})
    assert not is_signed_in(client)


def test_passkeys_are_listed_renamed_and_removed() -> None:
    client = signed_in(worlds.contact())
    add_passkey(client)
    key = Authenticator.objects.get(type="webauthn")
    assert "Clé bleue" in client.get("/client/settings/security/").content.decode()
    assert client.post(f"/account/2fa/webauthn/keys/{key.pk}/edit/", {"name": "Portable"}).status_code == 302
    assert "Portable" in client.get("/client/settings/security/").content.decode()
    assert client.get(f"/account/2fa/webauthn/keys/{key.pk}/remove/").status_code == 200
    client.post(f"/account/2fa/webauthn/keys/{key.pk}/remove/")
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_nobody_touches_somebody_elses_passkey() -> None:
    add_passkey(signed_in(worlds.contact()))
    key = Authenticator.objects.get(type="webauthn")
    stranger = signed_in(worlds.contact())
    assert stranger.post(f"/account/2fa/webauthn/keys/{key.pk}/remove/").status_code == 404


def test_staff_without_a_required_factor_get_no_further_than_setting_it_up() -> None:
    worlds.provider(staff_mfa=True)
    user = worlds.agent()
    client = signed_in(user)
    assert client.get("/console/").url == "/account/settings/security/"
    assert client.get("/console/", headers={"HX-Request": "true"}).status_code == 403
    assert client.get("/account/settings/security/").status_code == 200
    set_up_app(client)
    assert client.get("/console/").status_code == 200
    contact = signed_in(worlds.contact())
    assert contact.get("/client/settings/").status_code == 200


def test_a_required_factor_can_be_replaced_but_not_put_down() -> None:
    worlds.provider(staff_mfa=True)
    client = signed_in(worlds.agent())
    set_up_app(client)
    client.post("/account/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(type="totp").exists()
    add_passkey(client)
    client.post("/account/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(type="totp").exists()
