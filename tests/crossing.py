"""Two customers full of data, every address there is, and what the database holds: for tests/test_nothing_crosses.py."""

import io
import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import models
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, get_resolver
from PIL import Image

from tests import worlds
from tests.tickets.reacting import react
from vigie.conversations import drafting, uploading
from vigie.conversations.models import Attachment, Trust
from vigie.conversations.trusting import send_proof_link
from vigie.people import inviting
from vigie.people.models import Contact, User
from vigie.tickets import replying, sending, tagging

SECRET = "zzgeheimnis"
"""Stands in everything of the other customer."""
NOTE = "zzinterne"
"""Stands in everything that only staff may read, of both customers."""


@dataclass
class Full:
    """A customer with one of everything. `marker` stands in each thing a page could show."""

    marker: str
    contacts: dict[str, User] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        word, order = self.marker, str(uuid.uuid4().int)[:12]
        agent = worlds.seen_by(worlds.agent(name="Julien Roy"))
        customer = worlds.customer(f"{word} AG", reference=f"R{order}", registered_address=f"{word}@client.example", plan=word)
        self.contacts = {
            role: worlds.contact(customer, role=role, name=f"{word} {role}", email=f"{word}-{role}@client.example")
            for role in ("owner", "technical", "billing")
        }
        owner = self.contacts["owner"]
        service = worlds.service(customer, name=f"{word}-01", rack=word, order_number=order)
        sent, waiting, inside = self._upload(owner), self._upload(owner), self._upload(agent.user, name=f"{NOTE}.png")
        ticket = worlds.ticket(owner, customer, priority="high", subject=f"{word} subject", body=f"{word} body", attachment_ids=[sent.pk])
        worlds.ticket(owner, customer, department=worlds.financial(), subject=f"{word} invoice", body=f"{word} body")
        replying.note(viewer=agent, ticket=ticket, body=f"{NOTE} {word}", client_key=uuid.uuid4(), attachment_ids=[inside.pk])
        worlds.reply(ticket, agent.user, f"{word} answer")
        worlds.reply(ticket, owner, f"{word} question")
        tagging.tag(viewer=agent, ticket=ticket, name=NOTE)
        held = sending.hold(viewer=agent, ticket=ticket, body=f"{NOTE} {word}", client_key=uuid.uuid4())
        drafting.keep(user=owner, place=drafting.reply_place(ticket.pk), data={"body": f"{word} draft"})
        drafting.keep(user=agent.user, place=drafting.note_place(ticket.pk), data={"body": f"{NOTE} draft"})
        invited = inviting.invite_contact(
            viewer=worlds.seen_by(owner), customer=customer, email=f"{word}-guest@client.example", role="technical", name=word
        )
        claimed = worlds.conversation(customer, trust=Trust.CLAIMED, subject=f"{word} claimed")
        send_proof_link(viewer=agent, conversation=claimed)
        react()
        self.ids = {
            "number": ticket.number, "service_id": service.pk, "attachment_id": sent.pk, "customer_id": customer.pk,
            "contact_id": Contact.objects.get(user=self.contacts["billing"], customer=customer).pk, "invitation_id": invited.pk,
            "held_id": held.pk, "place": f"reply:{ticket.pk}", "reference": customer.reference, "order_number": service.order_number,
            "conversation": ticket.pk, "waiting": waiting.pk, "inside": inside.pk,
        }  # fmt: skip

    def _upload(self, uploader: User, name: str = "") -> Attachment:
        picture = io.BytesIO()
        Image.new("RGB", (32, 32), "navy").save(picture, "PNG")
        return uploading.receive(uploader=uploader, name=name or f"{self.marker}.png", stream=ContentFile(picture.getvalue()))


NOTHING: dict[str, Any] = {
    "number": 99_999_901, "service_id": 99_999_902, "attachment_id": uuid.UUID(int=0xDEAD << 64 | 4 << 76), "customer_id": 99_999_903,
    "contact_id": 99_999_904, "invitation_id": 99_999_905, "held_id": 99_999_906, "place": "reply:99999907",
    "reference": "R99999908", "order_number": "999999099999",
}  # fmt: skip
"""Well-formed identifiers of nothing."""

COMMON: dict[str, Any] = {
    "name": "x", "secret": "1-guessed", "key": "guessed", "uidb36": "1", "session_id": 1, "mail_id": 1, "reaction_id": 1,
    "calendar_id": 1, "code": "technical", "user_id": 1, "pk": 1, "token_id": 1,
}  # fmt: skip
"""What a customer's identifiers do not fill: what is staff's, what is guessed, what is for people's eyes."""


@dataclass(frozen=True)
class Route:
    text: str
    names: tuple[str, ...]

    def path(self, ids: dict[str, Any]) -> str:
        """The address with its holes filled; a hole nobody knows how to fill is a failed test."""
        values = {**COMMON, **ids}
        missing = [name for name in self.names if name not in values]
        assert not missing, f"{self.text}: say in tests/crossing.py what stands for {missing}"
        filled = re.sub(r"<(?:\w+:)?(\w+)>", lambda hole: str(values[hole[1]]), self.text)
        filled = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", lambda hole: str(values[hole[1]]), filled)
        return "/" + filled.replace("^", "").replace("$", "").replace("\\Z", "")

    @property
    def names_something(self) -> bool:
        """Whether an identifier of a customer's thing stands in the address."""
        return bool(set(self.names) & set(NOTHING))


def routes() -> list[Route]:
    """Every address the application answers, each once."""

    def walk(patterns: Any, before: str) -> Iterator[tuple[str, URLPattern]]:
        for one in patterns:
            text = before + str(one.pattern)
            if isinstance(one, URLPattern):
                yield text, one
            else:
                yield from walk(one.url_patterns, text)

    found = {text: Route(text, tuple(re.findall(r"<(?:\w+:)?(\w+)>", text))) for text, _one in walk(get_resolver().url_patterns, "")}
    return list(found.values())


def body(theirs: dict[str, Any]) -> dict[str, Any]:
    """Every field any form or route takes, as far as it can name something: with the other customer's identifiers."""
    return {
        "body": "hello", "client_key": str(uuid.uuid4()), "customer": theirs["customer_id"], "service": theirs["service_id"],
        "service_text": f"#{theirs['order_number']}", "attachments": [str(theirs["waiting"]), str(theirs["attachment_id"]), str(theirs["inside"])],
        "department": "technical", "priority": "regular", "subject": "hello", "seq": "1", "message": "1", "score": "1", "comment": "hello", "state": "solved",
        "note": "hello", "reason": "hello", "team": "support", "tag": "hello", "minutes": "5", "assignee": "1", "action": "reboot",
        "role": "owner", "email": "me@evil.example", "registered_address": "me@evil.example", "is_active": "", "withdraw": "1",
        "active": "0", "began_date": "2026-11-20", "began_time": "10:00", "theme": "dark", "invite": "1", "q": "zz",
    }  # fmt: skip


def ask(browser: Client, method: str, path: str, sent: dict[str, Any]) -> HttpResponseBase:
    if method == "POST":
        return browser.post(path, sent)
    if method in {"PUT", "PATCH"}:
        return browser.generic(method, path, json.dumps(sent), content_type="application/json")
    return browser.generic(method, path)


def text_of(answer: HttpResponseBase) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return content.decode("utf-8", "replace")


_CHANCE = re.compile(r'(csrfmiddlewaretoken" value|csrf-token" content|server-now" content|nonce)="[^"]*"|20\d\d-\d\d-\d\dT[\d:.+]+')


def told(answer: HttpResponseBase, path: str) -> tuple[int, str, str]:
    """What an answer gives away: status, where it leads, and its text, without what differs by design."""
    where = answer.headers.get("Location", "")
    page = _CHANCE.sub("", text_of(answer))
    for written in (path, quote(path, safe=""), quote(path)):
        where, page = where.replace(written, "_"), page.replace(written, "_")
    return answer.status_code, where, page


Rows = dict[tuple[str, Any], dict[str, Any]]
PASSING = {"api.KeptAnswer"}
UNMINDED = {"last_login", "last_used_at"}


def everything() -> Rows:
    """Every row of the house: (model, key) -> values. Sessions and lock-out counters are not the house's."""
    return {
        (model._meta.label, row[model._meta.pk.attname]): {name: value for name, value in row.items() if name not in UNMINDED}
        for model in apps.get_models()
        if model.__module__.startswith("vigie.") and model._meta.label not in PASSING
        for row in model._default_manager.values()
    }


def differences(before: Rows, after: Rows) -> list[str]:
    return [
        f"{key}: {before.get(key)} -> {after.get(key)}" for key in before.keys() | after.keys() if before.get(key) != after.get(key)
    ]


def pointing_at(rows: Rows, targets: set[tuple[str, Any]]) -> list[str]:
    """Those of the rows whose foreign key (or plain number standing for one) leads to a target."""
    plain = {"customer_id": "people.Customer", "conversation_id": "conversations.Conversation"}
    found = []
    for (label, key), row in rows.items():
        for one in apps.get_model(label)._meta.concrete_fields:
            to = one.related_model._meta.label if isinstance(one, models.ForeignKey) else plain.get(one.attname)
            if to and (to, row[one.attname]) in targets and to.split(".")[0] != "auth":
                found.append(f"{label} {key}.{one.attname} -> {to} {row[one.attname]}")
    return found
