"""Each resource does what its page does, through the same verbs."""

from typing import Any

import pytest

from tests import worlds
from tests.api.callers import Caller
from vigie.conversations.models import Message
from vigie.inventory.models import Service
from vigie.journal.models import Entry
from vigie.people.models import Contact, Customer

pytestmark = pytest.mark.django_db


def walk(caller: Caller, path: str, limit: int) -> list[Any]:
    """Every item of a list, following the Link header."""
    found, url = [], f"/api/v1{path}{'&' if '?' in path else '?'}limit={limit}"
    for _turn in range(50):
        answer = caller.get(url)
        assert answer.status_code == 200, answer.content
        found += answer.json()["items"]
        if "Link" not in answer:
            assert answer.json()["next"] is None
            return found
        assert answer["Link"].endswith('>; rel="next"')
        url = answer["Link"][1:].partition(">")[0].removeprefix("http://testserver")
    raise AssertionError


def test_customers_are_put_by_reference_and_listed_in_pages() -> None:
    caller = Caller(worlds.agent())
    for number in range(5):
        sent = {"name": f"Acme {number}", "registered_address": f"a{number}@client.example", "language": "en"}
        answer = caller.put(f"/customers/R{number}", sent)
        assert answer.status_code == 201, answer.content
    assert caller.put("/customers/R1", {"plan": "Gold"}).json()["plan"] == "Gold"
    assert caller.put("/customers/R1", {"plan": "Gold"}).status_code == 200
    assert [one["reference"] for one in walk(caller, "/customers", 2)] == [f"R{number}" for number in range(5)]
    assert caller.put("/customers/R9", {"name": "No address"}).json()["errors"][0]["field"] == "registered_address"
    assert caller.put("/customers/R9", {"name": "Two", "registered_address": "a1@client.example"}).status_code == 422
    assert caller.get("/customers/R1").json()["registered_address"] == "a1@client.example"


def test_contacts_are_invited_changed_and_removed() -> None:
    caller = Caller(worlds.agent())
    acme = worlds.customer(reference="R1")
    owner, other = worlds.contact(acme), worlds.contact(acme, "technical")
    assert caller.post("/customers/R1/contacts", {"email": "new@client.example", "role": "billing"}).status_code == 202
    ids = {one["email"]: one["id"] for one in caller.get("/customers/R1/contacts").json()}
    assert caller.patch(f"/customers/R1/contacts/{ids[other.email]}", {"role": "billing"}).json()["role"] == "billing"
    assert caller.delete(f"/customers/R1/contacts/{ids[owner.email]}").status_code == 409
    assert caller.delete(f"/customers/R1/contacts/{ids[other.email]}").status_code == 204
    assert list(Contact.objects.filter(customer=acme).values_list("user", flat=True)) == [owner.pk]


def test_services_are_put_one_by_one_and_in_batches() -> None:
    caller = Caller(worlds.agent())
    worlds.customer(reference="R1")
    made = caller.put(
        "/services/123456", {"customer": "R1", "name": "web", "addresses": ["2001:DB8::7", "203.0.113.0/30"]}
    )
    assert made.status_code == 201, made.content
    assert made.json()["addresses"] == ["203.0.113.0/30", "2001:db8::7"]
    assert caller.put("/services/123456", {"state": "down"}).json()["state"] == "down"
    assert caller.put("/services/9", {"name": "x"}).status_code == 422
    rows = [
        {"order_number": "123456", "rack": "B12"}, {"order_number": "7", "customer": "R1", "name": "db"},
        {"order_number": "x", "customer": "R1", "name": "bad"}, {"order_number": "8", "customer": "R2", "name": "nobody's"},
    ]  # fmt: skip
    answer = caller.post("/services/batch", {"services": rows})
    assert [one["result"] for one in answer.json()["rows"]] == ["changed", "added", "refused", "refused"]
    assert all(one["reason"] for one in answer.json()["rows"][2:])
    again = caller.post("/services/batch", {"services": rows[:2]}).json()["rows"]
    assert [one["result"] for one in again] == ["unchanged", "unchanged"]
    assert [one["order_number"] for one in walk(caller, "/services?customer=R1", 1)] == ["123456", "7"]
    assert Service.objects.get(order_number="123456").rack == "B12"


def test_a_ticket_from_opening_to_rating() -> None:
    acme = worlds.customer(reference="R1")
    customer, agent = Caller(worlds.contact(acme)), Caller(worlds.agent(worlds.team()))
    worlds.service(acme, order_number="123456", name="web")
    uploaded = customer.send("trace.txt", b"1 203.0.113.1 3 ms\n").json()
    sent = {
        "department": "technical", "priority": "high", "subject": "Down", "body": "**No** ping.", "attachments": [uploaded["id"]],
        "critical": {"service": "n° 123456", "began_at": "2026-01-24T13:40:00+01:00", "diagnostics": "100 % loss"},
    }  # fmt: skip
    made = customer.post("/tickets", sent)
    assert made.status_code == 201, made.content
    ticket = made.json()
    assert (ticket["service"]["name"], ticket["priority"], ticket["channel"], ticket["trust"]) == (
        "web",
        "high",
        "api",
        "verified",
    )
    path = f"/tickets/{ticket['number']}"
    first = agent.get(path + "/messages").json()["items"][0]
    assert "<strong>No</strong>" in first["html"]
    assert first["attachments"][0]["name"] == "trace.txt"
    content = agent.get(f"/attachments/{uploaded['id']}/content")
    assert (b"".join(content.streaming_content), content["Content-Type"]) == (
        b"1 203.0.113.1 3 ms\n",
        "application/octet-stream",
    )

    assert agent.put(path + "/assignee", {"assignee": "me"}).json()["assignee"]["id"] == agent.user.pk
    assert agent.post(path + "/notes", {"body": "Rack B12 is dark."}).status_code == 201
    assert agent.put(path + "/next-update", {"due_at": "2126-01-01T00:00:00Z"}).status_code == 422
    assert agent.post(path + "/replies", {"body": "We are on it.", "then": "waiting"}).status_code == 201
    assert agent.put(path + "/tags/Power", None).json()["tags"] == ["power"]
    assert agent.delete(path + "/tags/power").status_code == 204
    assert agent.put(path + "/priority", {"priority": "regular", "reason": "Back up."}).json()["priority"] == "regular"
    assert agent.put(path + "/priority", {"priority": "regular", "reason": "Back up."}).status_code == 409
    assert agent.post(path + "/escalations", {"note": "Please look.", "team": "nowhere"}).status_code == 422
    assert agent.post(path + "/escalations", {"note": "Please look."}).json()["team"]
    assert agent.post(path + "/handbacks", {"note": "Done."}).status_code == 200
    assert agent.put(path + "/state", {"state": "solved"}).json()["state"] == "solved"
    assert customer.put(path + "/rating", {"score": 5, "comment": "Quick."}).json()["score"] == 5
    assert agent.get(path + "/rating").json()["comment"] == "Quick."
    assert agent.put(path + "/rating", {"score": 1}).status_code == 403
    mine = customer.get(path).json()
    assert (mine["tags"], mine["team"]) == ([], None)
    assert mine["assignee"] is None or mine["assignee"]["email"] is None


def test_notes_need_their_own_scopes_and_are_never_a_customers() -> None:
    acme = worlds.customer()
    customer, agent = Caller(worlds.contact(acme)), Caller(worlds.agent())
    number = customer.post("/tickets", {"department": "technical", "subject": "a", "body": "b"}).json()["number"]
    assert agent.post(f"/tickets/{number}/notes", {"body": "secret"}).status_code == 201
    outsider = Caller(worlds.agent(), "tickets:read", "tickets:write")
    assert "secret" in agent.get(f"/tickets/{number}/messages").content.decode()
    for caller in (outsider, customer):
        assert "secret" not in caller.get(f"/tickets/{number}/messages").content.decode()
    assert outsider.post(f"/tickets/{number}/notes", {"body": "x"}).status_code == 403
    assert customer.post(f"/tickets/{number}/notes", {"body": "x"}).status_code == 403
    assert Message.objects.filter(is_note=True).count() == 1


def test_tickets_are_listed_newest_first_by_filter() -> None:
    acme = worlds.customer(reference="R1")
    customer, agent = Caller(worlds.contact(acme)), Caller(worlds.agent())
    for number in range(5):
        department = "technical" if number % 2 else "financial"
        customer.post("/tickets", {"department": department, "subject": str(number), "body": "b"})
    assert [one["subject"] for one in walk(agent, "/tickets", 2)] == ["4", "3", "2", "1", "0"]
    assert [one["subject"] for one in walk(agent, "/tickets?department=technical&state=new&customer=R1", 2)] == [
        "3",
        "1",
    ]
    newest = agent.get("/tickets?limit=1").json()["items"][0]["number"]
    agent.put(f"/tickets/{newest}/assignee", {"assignee": "me"})
    assert [one["number"] for one in walk(agent, "/tickets?assignee=me", 2)] == [newest]
    assert len(walk(agent, "/tickets?assignee=nobody", 2)) == 4
    assert walk(customer, "/tickets?assignee=nobody", 2) == []


def test_a_critical_ticket_that_lacks_something_is_told_which_field() -> None:
    acme = worlds.customer()
    caller = Caller(worlds.contact(acme))
    worlds.service(acme, order_number="123456")
    sent: dict[str, Any] = {"department": "technical", "priority": "high", "subject": "a", "body": "b"}
    assert caller.post("/tickets", sent).json()["errors"][0]["field"] == "service"
    critical = {"service": "198.51.100.9", "began_at": "2026-01-24T13:40:00+01:00", "diagnostics": "x"}
    assert "198.51.100.9" in caller.post("/tickets", {**sent, "critical": critical}).json()["detail"]
    critical = {**critical, "service": "123456", "began_at": "2199-01-24T13:40:00+01:00"}
    assert caller.post("/tickets", {**sent, "critical": critical}).json()["errors"][0]["field"] == "critical.began_at"
    critical["began_at"] = "2026-01-24T13:40:00"
    assert (
        caller.post("/tickets", {**sent, "critical": critical}).json()["errors"][0]["field"] == "body.critical.began_at"
    )


def test_the_journal_goes_on_from_an_id() -> None:
    caller = Caller(worlds.agent())
    start = caller.get("/journal?limit=200").json()["last"]
    assert caller.get(f"/journal?after={start}").json() == {"items": [], "last": start}
    caller.put("/customers/R1", {"name": "Acme", "registered_address": "a@client.example"})
    caller.put("/services/5", {"customer": "R1", "name": "web"})
    kinds: list[str] = []
    while items := (answer := caller.get(f"/journal?after={start}&limit=1").json())["items"]:
        kinds += [one["kind"] for one in items]
        start = answer["last"]
    assert kinds[0].startswith("customer.")
    assert kinds[-1] == "service.added"
    assert Entry.objects.latest("id").actor_id == caller.user.pk


def test_an_upload_that_was_not_sent_is_forgotten_on_demand_and_refused_when_empty() -> None:
    caller = Caller(worlds.contact())
    sent = caller.send("a.txt", b"x").json()
    assert caller.get(f"/attachments/{sent['id']}").json()["size"] == 1
    assert caller.delete(f"/attachments/{sent['id']}").status_code == 204
    assert caller.get(f"/attachments/{sent['id']}").status_code == 404
    assert caller.send("a.txt", b"").status_code == 422
    assert Customer.objects.count() == 1
