"""A NUL, which PostgreSQL takes in no text, in any field of any form or query: refused or left out, never a fault.

Only on PostgreSQL; SQLite would keep it.
"""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests import worlds
from tests.crossing import Full, body, routes

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
Browse = Callable[..., Client]
NUL = "a\0b"

FIELDS = (
    "name", "login", "password", "password1", "password2", "oldpassword", "code", "credential", "next", "language", "timezone", "theme",
    "reference", "plan", "since", "site", "support_address", "accent", "name_fr", "name_en", "about_fr", "about_en", "address", "position",
    "level", "calendar", "location", "members", "on_call", "days", "scopes", "kind", "channel", "target", "hours", "holidays", "discard",
    "began_zone", "diagnostics", "date", "time", "place", "then", "seen_seq", "look", "tab", "state", "id", "user", "confirm", "reauth",
)  # fmt: skip
"""Fields beyond those that `tests.crossing.body` names."""


def test_a_nul_in_any_field_is_no_fault(browse: Browse, settings: Any) -> None:
    settings.LIMITS = False  # nothing hides behind a 429
    settings.ACCOUNT_RATE_LIMITS = False
    full = Full("zzeigen")
    sound = body(full.ids)
    nul = dict.fromkeys((*FIELDS, *sound), NUL)
    one_by_one = [{**sound, name: NUL} for name in ("body", "subject", "note", "tag", "service_text", "seq", "email")]
    headers = {"X-File-Name": "a%00b.txt", "Accept-Language": NUL, "Authorization": f"Bearer {NUL}", "X-Forwarded-For": NUL}
    owner, admin = full.contacts["owner"], worlds.admin()
    for route in routes():
        path = route.path(full.ids)
        theirs = admin if path.startswith("/console/") else owner if path.startswith("/client/") else None
        for person in (None, owner, admin):
            posts = [nul, *(one_by_one if person is theirs else ())]
            with transaction.atomic():
                browser = browse(person, raise_request_exception=False)
                for sent in posts:
                    assert browser.post(path, {"client_key": str(uuid.uuid4()), **sent}).status_code < 500, (path, sent)
                assert browser.get(path, dict.fromkeys(nul, NUL)).status_code < 500, path
                assert browser.post(path, b"bytes", "application/octet-stream", headers=headers).status_code < 500, path
                odd = b'{"body": "a\\u0000b", "data": {"a\\u0000": "\\ud800"}}'
                assert browser.generic("PUT", path, odd, "application/json").status_code < 500, path
                transaction.set_rollback(True)


@pytest.mark.parametrize("cookie", ["sessionid", "session", "csrftoken", "django_language", "language"])
def test_a_nul_in_a_cookie_is_no_fault(cookie: str, browse: Browse) -> None:
    browser = browse(raise_request_exception=False)
    assert browser.get("/client/", headers={"Cookie": f'{cookie}="abcdefgh\\000abcdefghijklmnop"'}).status_code < 500
