"""The last thirty days: enough first replies in every department and priority for the measured figures to stand."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from vigie.kernel import clock
from vigie.people.access import Viewer
from vigie.people.models import Department
from vigie.promises import clocks
from vigie.promises.models import Kind, Priority
from vigie.tickets import assigning, closing, moving, rating, replying
from vigie.tickets.critical import Critical
from vigie.tickets.models import State, Ticket
from vigie.tickets.opening import open_ticket

from .agenda import Agenda, Story
from .customers import Client
from .staff import Crew

EACH = 32
"""Tickets of each department and priority; figures are shown from 20 on."""
RECENT = 0.3
"""The share of them that falls into the last 24 hours, for what is measured now."""
RECENT_REGULAR = 24
LATE = EACH - 1
"""The one of each department and priority whose first reply came too late: nobody keeps every promise for a month."""

COMMENTS = {
    "fr": ("Réponse rapide et claire.", "Parfait, merci.", "", "", "Très bon suivi jusqu’au bout.", ""),
    "en": ("Quick and clear.", "Great support, as usual.", "", "", "They kept me posted all along.", ""),
}


@dataclass(frozen=True)
class Told:
    """One story of `past.toml`."""

    language: str
    department: str
    subject: str
    body: str
    answer: str
    after: list[str]
    priority: str = Priority.REGULAR
    diagnostics: str = ""


def stories() -> list[Told]:
    text = Path(__file__).with_name("past.toml").read_text(encoding="utf-8")
    return [Told(**{name: _cut(value) for name, value in one.items()}) for one in tomllib.loads(text)["story"]]


def _cut(value: Any) -> Any:
    return value.strip("\n") if isinstance(value, str) else value


def tell(agenda: Agenda, crew: Crew, clients: list[Client], *, now: datetime, random: Random) -> None:
    """Put the past into the agenda; it ends well before `now`."""
    told = stories()
    for department in ("technical", "financial"):
        for priority in Priority.values:
            recent = RECENT_REGULAR if (department, priority) == ("technical", Priority.REGULAR) else round(EACH * RECENT)
            for n in range(EACH):
                hours = random.uniform(1.5, 23) if n < recent else random.uniform(25, 29.5 * 24)
                client = random.choice(clients)
                fitting = [
                    one
                    for one in told
                    if (one.language, one.department, one.priority) == (client.customer.language, department, priority)
                ]
                story = _ticket(random.choice(fitting), client, crew, random, late=n == LATE)
                agenda.add(now - timedelta(hours=hours), story)
    for day in range(29, 0, -1):
        agenda.add(now - timedelta(days=day), _night())


def _night() -> Story:
    """The recurring job, once a day."""
    closing.close_solved()
    yield from ()


def _ticket(told: Told, client: Client, crew: Crew, random: Random, *, late: bool) -> Story:
    service = random.choice(client.services)
    agent = random.choice(crew.by_team["billing" if told.department == "financial" else "support"])
    words = Words(client, agent, service)
    ticket = opened(
        client, told.department, words(told.subject), words(told.body), random, priority=told.priority,
        service=service if told.priority == Priority.HIGH else None, diagnostics=words(told.diagnostics),
    )  # fmt: skip
    seconds = random.uniform(640, 1300) if late else _first_reply(random, told.priority)
    yield timedelta(seconds=seconds * 0.4)
    assigning.claim(viewer=agent, ticket=ticket)
    yield timedelta(seconds=seconds * 0.6)
    answer(agent, ticket, words(told.answer), random)
    for turn in told.after:
        yield timedelta(minutes=random.uniform(4, 40))
        who, text = turn.split(":", 1)
        answer(agent if who == "a" else client.owner, ticket, words(text), random)
    yield timedelta(minutes=random.uniform(5, 60))
    moving.move(viewer=agent, ticket=ticket, to=State.SOLVED)
    if random.random() < 0.7:
        yield timedelta(minutes=random.uniform(3, 30))
        score = random.choices((5, 4, 3, 2), (72, 21, 5, 2))[0]
        comment = random.choice(COMMENTS[client.customer.language]) if score > 3 else ""
        rating.rate(viewer=client.owner, ticket=ticket, score=score, comment=comment)


def _first_reply(random: Random, priority: str) -> float:
    """Seconds until a person answers, in time; High sooner."""
    return min(585, random.lognormvariate(5.0 if priority == Priority.HIGH else 5.5, 0.45))


@dataclass(frozen=True)
class Words:
    """Fills what the stories leave open."""

    client: Client
    agent: Viewer
    service: Any

    def __call__(self, text: str) -> str:
        first = self.service.addresses.first()
        return (
            text.replace("{service}", self.service.name)
            .replace("{ip}", first.prefix if first else self.service.name)
            .replace("{order}", self.service.order_number)
            .replace("{first}", self.client.first)
            .replace("{agent}", self.agent.user.name if self.agent.user else "")
        )


def opened(
    client: Client, department: str, subject: str, body: str, random: Random, *, by: Viewer | None = None,
    priority: str = Priority.REGULAR, service: Any = None, diagnostics: str = "",
    began: timedelta = timedelta(minutes=8),
) -> Ticket:  # fmt: skip
    """A ticket by the customer, acknowledged at once as the desk does."""
    now = clock.now()
    critical = None
    if service is not None:
        zone = client.customer.timezone
        critical = Critical(service=service, began_at=(now - began).replace(second=0, microsecond=0), began_zone=zone,
                            diagnostics=diagnostics)  # fmt: skip
    ticket = open_ticket(
        viewer=by or client.owner, customer=client.customer, department=Department.objects.get(code=department),
        priority=priority, subject=subject, body=body, critical=critical, client_key=key(random),
    )  # fmt: skip
    clocks.meet(conversation_id=ticket.pk, kind=Kind.ACKNOWLEDGEMENT, at=now + timedelta(seconds=2))
    return ticket


def answer(viewer: Viewer, ticket: Ticket, body: str, random: Random, then: str | None = None) -> None:
    """A message by whoever it is."""
    replying.reply(viewer=viewer, ticket=ticket, body=body, client_key=key(random), then=then)


def key(random: Random) -> UUID:
    """A client key of the demonstration's own chance, so that two fillings are alike."""
    return UUID(int=random.getrandbits(128), version=4)

