"""The headers of every kind of answer: pages, errors, files, scripts, and those given before Django is asked."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests import worlds
from tests.server import serve, talk
from vigie.config.asgi import Application
from vigie.kernel.inert import HEADERS

Browse = Callable[..., Client]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200), ("/account/login/", 200), ("/nowhere/", 404), ("/client/", 302), ("/api/v1/tickets", 401), ("/api/v1/openapi.json", 200),
        ("/brand.css", 200), ("/brand/logo", 404), ("/files/00000000-0000-4000-8000-000000000000/x", 404), ("/drafts/new:1", 401),
        ("/proof/x", 410), ("/static/js/ask.js", 200), ("/files/", 405), ("/?q=%00", 400), ("/%00", 400),
    ],
)  # fmt: skip
def test_every_answer_is_guarded(browse: Browse, path: str, status: int) -> None:
    answer = browse().get(path)
    assert answer.status_code == status
    policy = answer["Content-Security-Policy"]
    assert "unsafe-inline" not in policy and "unsafe-eval" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy or "sandbox" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    b"".join(answer)


@pytest.mark.django_db
def test_a_forged_host_is_refused_and_a_crash_is_guarded(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    forged = browse().get("/account/login/", headers={"Host": "evil.example"})
    assert forged.status_code == 400
    assert forged["Content-Security-Policy"]
    monkeypatch.setattr("vigie.public.contact.current", lambda: 1 / 0)
    broken = browse(raise_request_exception=False).get("/")
    assert broken.status_code == 500
    assert "default-src 'none'" in broken["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/client/", "/client/tickets/", "/client/settings/", "/account/password/change/", "/nowhere/"])
def test_a_persons_pages_are_kept_by_nobody_else(browse: Browse, path: str) -> None:
    kept = browse(worlds.contact()).get(path)["Cache-Control"]
    assert "private" in kept
    assert "no-store" in kept or "no-cache" in kept


@pytest.mark.django_db
def test_signing_out_empties_the_browsers_cache(browse: Browse) -> None:
    answer = browse(worlds.contact()).post("/account/logout/")
    assert answer.status_code == 302
    assert answer["Clear-Site-Data"] == '"cache"'


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "line",
    [
        b"GET /healthz HTTP/1.1", b"GET /metrics HTTP/1.1", b"GET /live HTTP/1.1", b"PUT /live HTTP/1.1",
        b"POST / HTTP/1.1\r\nContent-Length: 99999999999",
    ],
)  # fmt: skip
def test_answers_given_beside_django_are_inert(line: bytes) -> None:
    with serve(Application(web=True, work=False), lifespan="on") as port:
        head = talk(port, line + b"\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").partition(b"\r\n\r\n")[0].lower()
    for name, value in HEADERS:
        assert name + b": " + value in head
