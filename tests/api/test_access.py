"""Two customers, every route of the API: nothing crosses."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests import worlds
from tests.api.callers import BASE, Caller
from vigie.api.urls import api
from vigie.conversations.models import Message
from vigie.inventory.models import Service
from vigie.people.models import Contact, ContactRole, Customer
from vigie.tickets.models import Ticket

pytestmark = pytest.mark.django_db

SECRET = "geheimnis"
BODIES: dict[str, Any] = {
    "put_customer": {"name": "Mine now"}, "invite_contact": {"email": "me@evil.example"}, "change_contact": {"role": "owner"},
    "put_service": {"name": "Mine now"}, "put_services": {"services": [{"order_number": "555555", "name": "Mine now"}]},
    "open_ticket": {"customer": "OTHER", "department": "technical", "subject": "x", "body": "y"}, "reply": {"body": "x"},
    "note": {"body": "x"}, "assign": {"assignee": "me"}, "move": {"state": "solved"},
    "change_priority": {"priority": "high", "reason": "x"}, "escalate": {"note": "x"}, "hand_back": {"note": "x"},
    "promise_update": {"due_at": "2026-12-01T00:00:00Z"}, "rate": {"score": 1},
}  # fmt: skip


class Theirs:
    """Another customer with one of everything, each bearing the word that must not be seen."""

    def __init__(self) -> None:
        self.customer = worlds.customer(
            f"{SECRET} AG", reference="OTHER", registered_address=f"{SECRET}@other.example", plan=SECRET
        )
        self.owner = worlds.contact(self.customer, email=f"owner@{SECRET}.example", name=SECRET)
        self.service = worlds.service(self.customer, "198.51.100.77", order_number="555555", name=SECRET, rack=SECRET)
        opener, agent = Caller(self.owner), Caller(worlds.agent())
        self.file = opener.send(f"{SECRET}.txt", SECRET.encode()).json()["id"]
        self.waiting = opener.send(f"{SECRET}2.txt", SECRET.encode()).json()["id"]
        sent = {"department": "technical", "subject": SECRET, "body": SECRET, "attachments": [self.file]}
        self.number = opener.post("/tickets", sent).json()["number"]
        agent.post(f"/tickets/{self.number}/notes", {"body": SECRET})
        agent.post(f"/tickets/{self.number}/replies", {"body": SECRET})
        agent.put(f"/tickets/{self.number}/tags/{SECRET}")
        self.contact = Contact.objects.get(customer=self.customer).pk

    def fill(self, path: str) -> str:
        values = {
            "reference": "OTHER", "order_number": "555555", "number": self.number, "attachment_id": self.file,
            "contact_id": self.contact, "name": SECRET,
        }  # fmt: skip
        return path.format(**values)

    def rows(self) -> list[Any]:
        """What stands in the database of theirs."""
        return [
            list(Customer.objects.filter(pk=self.customer.pk).values()), list(Contact.objects.filter(customer=self.customer).values()),
            list(Service.objects.filter(customer=self.customer).values()), list(Ticket.objects.filter(number=self.number).values()),
            list(Message.objects.filter(conversation__customer=self.customer).values()),
        ]  # fmt: skip


def routes() -> list[tuple[str, str, str]]:
    """(method, path, function name) of every operation the API describes."""
    described = api.get_openapi_schema(path_prefix=BASE + "/")
    return [
        (method.upper(), path.removeprefix(BASE), operation["operationId"].split("_", 3)[-1])
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]


@pytest.mark.parametrize("role", list(ContactRole.values))
def test_no_route_shows_or_changes_anything_of_another_customer(role: str) -> None:
    theirs = Theirs()
    mine = worlds.customer(reference="MINE")
    caller = Caller(worlds.contact(mine, role))
    before = theirs.rows()
    seen = 0
    for method, path, name in routes():
        filled = theirs.fill(path)
        queries = (
            ["", "?customer=OTHER", "?service=555555", f"?tag={SECRET}", "?limit=200"] if "{" not in path else [""]
        )
        for query in queries:
            answer = caller.ask(method, filled + query, BODIES.get(name))
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            # The address asked for stands in a problem's `instance`; nothing else of the answer may hold the word.
            assert SECRET.encode() not in body.replace(f"/tags/{SECRET}".encode(), b""), (method, path, body)
            if "{" in path and method == "GET":
                assert answer.status_code == 404, (method, path)
            assert answer.status_code < 500, (method, path)
            seen += 1
    assert seen > 30
    assert theirs.rows() == before
    assert caller.get(f"/attachments/{theirs.waiting}").status_code == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "PATCH", "DELETE"])
def test_what_is_anothers_is_answered_as_what_is_not_there(method: str) -> None:
    theirs = Theirs()
    caller = Caller(worlds.contact(worlds.customer(reference="MINE")))
    gone = {
        "reference": "NOBODY", "order_number": "999999", "number": 999_999, "contact_id": 999_999, "name": SECRET,
        "attachment_id": "00000000-0000-4000-8000-000000000000",
    }  # fmt: skip
    for verb, path, name in routes():
        if verb == method and "{" in path:
            real, unreal = (
                caller.ask(verb, theirs.fill(path), BODIES.get(name)),
                caller.ask(verb, path.format(**gone), BODIES.get(name)),
            )
            assert real.status_code == unreal.status_code, (verb, path)
            if real.status_code >= 400:
                assert {**real.json(), "instance": ""} == {**unreal.json(), "instance": ""}, (verb, path)


def test_every_route_needs_a_scope() -> None:
    caller = Caller(worlds.admin(), "nothing:read")
    theirs = Theirs()
    for method, path, name in routes():
        assert caller.ask(method, theirs.fill(path), BODIES.get(name)).status_code == 403, (method, path)


class WhoSeesWhat(TestCase):
    @hypothesis_settings(max_examples=12)
    @given(
        tickets=st.lists(
            st.tuples(st.booleans(), st.sampled_from(["technical", "financial"]), st.integers(0, 2)), max_size=4
        ),
        role=st.sampled_from(["owner", "technical", "billing"]),
    )
    def test_lists_and_journal_show_what_the_role_may_see(
        self, tickets: list[tuple[bool, str, int]], role: str
    ) -> None:
        """The slow obvious version of the roles, against every list that names tickets."""
        mine, other = worlds.customer(), worlds.customer()
        me = worlds.contact(mine, role)
        writers = {True: [worlds.contact(mine), worlds.contact(mine), me], False: [worlds.contact(other)] * 3}
        expected = set()
        for own, department, writer in tickets:
            by = writers[own][writer]
            made = Caller(by).post("/tickets", {"department": department, "subject": "s", "body": "b"}).json()
            visible = own and (role == "owner" or by == me or (department == "financial") == (role == "billing"))
            if visible:
                expected.add((made["number"], made["conversation"]))
        caller = Caller(me)
        listed = {(one["number"], one["conversation"]) for one in caller.get("/tickets?limit=200").json()["items"]}
        assert listed == expected
        entries = caller.get("/journal?limit=200").json()["items"]
        told = {one["conversation"] for one in entries if one["kind"] == "ticket.opened"}
        assert told == {conversation for _number, conversation in expected}
        assert all(one["audience"] == "customer" and one["customer"] == mine.pk for one in entries)
