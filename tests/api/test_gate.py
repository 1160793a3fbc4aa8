"""What every request passes: identity, scope, rate, language, and being done once."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from tests import worlds
from tests.api.callers import Caller
from vigie.api import limiting, repeating
from vigie.api.models import KeptAnswer
from vigie.kernel import clock
from vigie.tickets.models import Ticket

pytestmark = pytest.mark.django_db


def problem(answer: object, status: int, code: str) -> dict[str, object]:
    assert answer.status_code == status, answer.content  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/problem+json"  # type: ignore[index]
    told: dict[str, object] = answer.json()  # type: ignore[attr-defined]
    assert (told["type"], told["status"]) == (f"urn:vigie:problem:{code}", status)
    assert told["title"]
    assert told["detail"]
    return told


def test_nobody_enters_without_a_living_token() -> None:
    caller = Caller(worlds.agent())
    for header in ("", "Bearer", "Bearer nonsense", "Bearer \u00e9", f"Basic {caller.secret}"):
        answer = caller.get("/tickets", Authorization=header)
        problem(answer, 401, "unauthenticated")
        assert answer["WWW-Authenticate"].startswith("Bearer")
    assert caller.get("/tickets").status_code == 200
    caller.token.revoked_at = clock.now()
    caller.token.save()
    problem(caller.get("/tickets"), 401, "unauthenticated")


def test_an_expired_token_and_an_inactive_user_do_not_enter() -> None:
    caller = Caller(worlds.agent())
    caller.token.expires_at = clock.now() - timedelta(seconds=1)
    caller.token.save()
    problem(caller.get("/tickets"), 401, "unauthenticated")
    other = Caller(worlds.agent())
    other.user.is_active = False
    other.user.save()
    problem(other.get("/tickets"), 401, "unauthenticated")


def test_staff_without_the_second_factor_they_must_have_do_not_enter() -> None:
    caller = Caller(worlds.agent())
    worlds.provider(staff_mfa=True)
    problem(caller.get("/tickets"), 403, "second-factor")
    worlds.provider(staff_mfa=False)
    assert caller.get("/tickets").status_code == 200


def test_a_session_is_no_token(browse: object) -> None:
    answer = browse(worlds.admin()).get("/api/v1/tickets")  # type: ignore[operator]
    problem(answer, 401, "unauthenticated")


def test_a_token_does_what_its_scopes_say_and_no_more() -> None:
    caller = Caller(worlds.admin(), "services:read")
    assert caller.get("/services").status_code == 200
    answer = caller.get("/customers")
    assert "customers:read" in str(problem(answer, 403, "scope")["detail"])
    assert 'scope="customers:read"' in answer["WWW-Authenticate"]
    problem(caller.put("/services/1", {}), 403, "scope")


def test_problems_speak_the_callers_language() -> None:
    caller = Caller(worlds.agent(language="fr"))
    del caller.headers["Accept-Language"]
    french = caller.get("/tickets/999")
    english = caller.get("/tickets/999", Accept_Language="en-GB,en;q=0.9")
    assert (french["Content-Language"], english["Content-Language"]) == ("fr", "en")
    assert problem(french, 404, "not-found")["detail"] != problem(english, 404, "not-found")["detail"]


def test_whatever_is_wrong_is_a_problem() -> None:
    caller = Caller(worlds.agent())
    problem(caller.get("/no/such/route"), 404, "not-found")
    refused = caller.delete("/tickets")
    assert "GET" in refused["Allow"]
    problem(refused, 405, "method-not-allowed")
    problem(caller.client.post("/api/v1/tickets", "{", "application/json", headers=caller.headers), 400, "unreadable")
    told = problem(caller.post("/tickets", {"subject": "", "colour": 1}), 422, "invalid")
    assert {one["field"] for one in told["errors"]} >= {"body.subject", "body.department", "body.body", "body.colour"}  # type: ignore[attr-defined]
    problem(caller.get("/tickets?cursor=abc"), 422, "invalid")
    problem(caller.get("/tickets?limit=0"), 422, "invalid")
    problem(caller.get("/tickets?stat=open"), 422, "invalid")
    problem(caller.put("/services/1", {}, Idempotency_Key="a b"), 422, "idempotency-key")
    big = caller.client.post(
        "/api/v1/services/batch", "[" + " " * 3_000_000 + "]", "application/json", headers=caller.headers
    )
    problem(big, 413, "too-large")


def test_the_rate_is_told_and_kept(settings: object) -> None:
    settings.API_RATE = 3  # type: ignore[attr-defined]
    caller, other = Caller(worlds.agent()), Caller(worlds.agent())
    left = [caller.get("/services")["RateLimit"].split(";")[1] for _turn in range(3)]
    assert left == ["r=2", "r=1", "r=0"]
    answer = caller.get("/services")
    problem(answer, 429, "too-many-requests")
    assert 0 < int(answer["Retry-After"]) <= limiting.WINDOW
    assert answer["RateLimit-Policy"] == '"default";q=3;w=60'
    assert other.get("/services").status_code == 200


def test_guessing_tokens_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiting, "STRANGERS", 2)
    caller = Caller(worlds.agent())
    for _turn in range(2):
        problem(caller.get("/services", Authorization="Bearer x"), 401, "unauthenticated")
    problem(caller.get("/services", Authorization="Bearer x"), 429, "too-many-requests")


def test_where_too_many_guesses_came_from_no_token_is_looked_up_but_those_that_were_good(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(limiting, "STRANGERS", 2)
    caller, fresh = Caller(worlds.agent()), Caller(worlds.agent())
    assert caller.get("/services").status_code == 200
    for _turn in range(2):
        problem(caller.get("/services", Authorization="Bearer x"), 401, "unauthenticated")
    for guess in ("Bearer x", "Bearer y", f"Bearer {fresh.secret}", ""):
        with django_assert_num_queries(0):
            refused = caller.get("/services", Authorization=guess)
        problem(refused, 429, "too-many-requests")
        assert int(refused["Retry-After"]) > 0
    assert caller.get("/services").status_code == 200


def test_what_did_not_change_is_not_sent_again() -> None:
    caller = Caller(worlds.agent())
    first = caller.get("/services")
    again = caller.get("/services", If_None_Match=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    worlds.service(worlds.customer())
    assert caller.get("/services", If_None_Match=first["ETag"]).status_code == 200


def body() -> dict[str, object]:
    return {"department": "technical", "subject": "Slow", "body": "Since noon."}


def test_a_request_sent_twice_is_done_once_and_answered_alike() -> None:
    caller = Caller(worlds.contact())
    key = str(uuid.uuid4())
    first, second = (caller.post("/tickets", body(), Idempotency_Key=key) for _turn in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert (first.get("Idempotency-Replayed"), second.get("Idempotency-Replayed")) == (None, "true")
    assert Ticket.objects.count() == 1


def test_a_key_used_for_something_else_is_refused() -> None:
    caller = Caller(worlds.contact())
    assert caller.post("/tickets", body(), Idempotency_Key="k").status_code == 201
    problem(caller.post("/tickets", {**body(), "subject": "Other"}, Idempotency_Key="k"), 422, "idempotency-key")
    problem(caller.put("/tickets/1/state", {"state": "solved"}, Idempotency_Key="k"), 422, "idempotency-key")
    assert Caller(worlds.contact()).post("/tickets", body(), Idempotency_Key="k").status_code == 201
    assert Ticket.objects.count() == 2


def test_mistakes_are_kept_and_conflicts_are_not() -> None:
    caller = Caller(worlds.contact())
    wrong = {**body(), "department": "nowhere"}
    assert caller.post("/tickets", wrong, Idempotency_Key="a").status_code == 422
    assert caller.post("/tickets", wrong, Idempotency_Key="a")["Idempotency-Replayed"] == "true"
    number = caller.post("/tickets", body()).json()["number"]
    agent = Caller(worlds.agent())
    problem(agent.put(f"/tickets/{number}/state", {"state": "solved"}, Idempotency_Key="b"), 409, "not-now")
    assert not KeptAnswer.objects.filter(key="b").exists()


def test_after_a_day_the_key_is_free_again_but_a_ticket_is_still_not_doubled(hold: object) -> None:
    hold("2026-11-24 12:00")  # type: ignore[operator]
    caller = Caller(worlds.contact())
    number = caller.post("/tickets", body(), Idempotency_Key="k").json()["number"]
    hold.forward(hours=25)  # type: ignore[attr-defined]
    again = caller.post("/tickets", body(), Idempotency_Key="k")
    assert (again.status_code, again.json()["number"]) == (200, number)
    hold.forward(hours=25)  # type: ignore[attr-defined]
    assert repeating.clear() == 1
    assert not KeptAnswer.objects.exists()


def test_the_description_is_open_and_names_every_scope() -> None:
    from django.test import Client

    described = Client().get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.")
    operations = [operation for methods in described["paths"].values() for operation in methods.values()]
    assert all(operation["security"] and "4XX" in operation["responses"] for operation in operations)
    assert len(operations) >= 30
