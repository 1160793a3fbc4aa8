"""The live endpoint on a real server: who hears what, and that nothing is lost or told twice."""

import json
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connections, transaction
from django.test import Client
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests import worlds
from tests.server import serve
from vigie.config.asgi import Application
from vigie.journal.models import Audience, Entry
from vigie.journal.record import record
from vigie.kernel import clock
from vigie.kernel.live import hub
from vigie.people import contacts, customers, provider, staff
from vigie.people.models import ContactRole, User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def port() -> Iterator[int]:
    with serve(Application(web=True, work=False), lifespan="on") as number:
        yield number


def cookie_of(user: User) -> str:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


@contextmanager
def socket_of(port: int, user: User | str | None, **headers: str) -> Iterator[ClientConnection]:
    cookie = user if isinstance(user, str) else cookie_of(user) if user else ""
    origin = headers.pop("Origin", f"http://127.0.0.1:{port}")
    sent = {"Cookie": cookie, **headers} if cookie else headers
    url = f"ws://127.0.0.1:{port}/live"
    with connect(url, origin=origin, additional_headers=sent, close_timeout=0.1) as line:  # type: ignore[arg-type]
        yield line


def say(line: ClientConnection, **what: Any) -> None:
    line.send(json.dumps(what))


def hear(line: ClientConnection, timeout: float = 5) -> dict[str, Any]:
    return dict(json.loads(line.recv(timeout)))


def begin(line: ClientConnection, *topics: str, after: int | None = None) -> dict[str, Any]:
    say(line, topics=list(topics), after=after)
    hello = hear(line)
    assert hello["kind"] == "hello"
    return hello


def nothing_more(line: ClientConnection) -> None:
    """Everything sent so far has arrived: the answer to a ping comes next."""
    say(line, ping=1)
    assert hear(line)["kind"] == "pong"


def write(kind: str = "test.happened", audience: Audience = Audience.CUSTOMER, **about: Any) -> Entry:
    with transaction.atomic():
        return record(kind, at=clock.now(), audience=audience, **about)


def published(entry: Entry) -> None:
    """Wait until the hub has passed the entry on."""
    until = time.monotonic() + 5
    while hub.cursor < entry.id and time.monotonic() < until:
        time.sleep(0.01)
    assert hub.cursor >= entry.id


def test_a_commit_reaches_staff_and_the_customer_it_concerns(port: int) -> None:
    customer = worlds.customer()
    contact, agent = worlds.contact(customer), worlds.agent()
    with socket_of(port, contact) as mine, socket_of(port, agent) as theirs:
        begin(mine, f"customer:{customer.id}")
        begin(theirs, "staff")
        entry = write("ticket.opened", customer_id=customer.id, data={"number": 7})
        expected = {"id": entry.id, "kind": "ticket.opened", "conversation": None, "data": {"number": 7}}
        assert hear(mine) == expected
        assert hear(theirs) == expected


def test_lines_for_staff_never_reach_a_customer(port: int) -> None:
    customer = worlds.customer()
    contact, agent = worlds.contact(customer), worlds.agent()
    with socket_of(port, contact) as mine, socket_of(port, agent) as theirs:
        begin(mine, f"customer:{customer.id}")
        begin(theirs, f"customer:{customer.id}")
        start = hub.cursor
        secret = write("proof.sent", Audience.STAFF, customer_id=customer.id)
        public = write(customer_id=customer.id)
        assert [hear(theirs)["id"], hear(theirs)["id"]] == [secret.id, public.id]
        assert hear(mine)["id"] == public.id
        nothing_more(mine)
    with socket_of(port, contact) as again:
        begin(again, f"customer:{customer.id}", after=start)
        assert hear(again)["id"] == public.id, "nor in a replay"
        nothing_more(again)


def test_no_one_hears_anothers_customer_or_conversation(port: int) -> None:
    mine, theirs = worlds.customer(), worlds.customer()
    contact = worlds.contact(mine)
    foreign = worlds.conversation(theirs)
    wanted = ["staff", f"customer:{theirs.id}", f"conversation:{foreign.id}", "conversation:999999", "customer:x", "", "all"]
    with socket_of(port, contact) as line:
        hello = begin(line, *wanted, f"customer:{mine.id}", after=0)
        assert sorted(hello["refused"]) == sorted(wanted)
        write(customer_id=theirs.id, conversation_id=foreign.id)
        own = write(customer_id=mine.id)
        assert hear(line)["id"] == own.id
        nothing_more(line)


def test_a_billing_contact_does_not_hear_of_technical_conversations(port: int) -> None:
    customer = worlds.customer()
    owner = worlds.contact(customer, ContactRole.OWNER)
    billing = worlds.contact(customer, ContactRole.BILLING)
    ticket = worlds.ticket(of=customer, by=owner)
    number = ticket.conversation_id
    with socket_of(port, owner) as all_of_it, socket_of(port, billing) as some:
        begin(all_of_it, f"customer:{customer.id}")
        hello = begin(some, f"customer:{customer.id}", f"conversation:{number}")
        assert hello["refused"] == [f"conversation:{number}"]
        technical = write(customer_id=customer.id, conversation_id=number)
        general = write(customer_id=customer.id)
        assert hear(all_of_it)["id"] == technical.id
        assert hear(some)["id"] == general.id


@pytest.mark.parametrize("who", ["nobody", "a stranger's cookie", "someone deactivated"])
def test_without_a_session_the_page_is_told_to_sign_in(port: int, who: str) -> None:
    cookie: User | str | None = None
    if who == "a stranger's cookie":
        cookie = f"{settings.SESSION_COOKIE_NAME}=abcdefghijklmnopqrstuvwxyz012345"
    if who == "someone deactivated":
        user = worlds.agent()
        cookie = cookie_of(user)
        User.objects.filter(id=user.id).update(is_active=False)
    with socket_of(port, cookie) as line, pytest.raises(ConnectionClosed) as closed:
        line.recv(5)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 4401


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "null"])
def test_another_sites_script_is_kept_out(port: int, origin: str) -> None:
    agent = cookie_of(worlds.agent())
    with pytest.raises(InvalidStatus) as refused, socket_of(port, agent, Origin=origin):
        pass
    assert refused.value.response.status_code == 403
    base = f"http://127.0.0.1:{port}/live"
    assert httpx.get(f"{base}?topics=staff", headers={"Cookie": agent, "Origin": origin}).status_code == 403
    assert httpx.post(base, json={}, headers={"Cookie": agent, "Origin": origin}).status_code == 403
    assert httpx.post(base, json={}, headers={"Cookie": agent}).status_code == 403


def test_when_the_session_ends_the_page_is_closed(port: int) -> None:
    agent = worlds.agent()
    with socket_of(port, agent) as line:
        begin(line, "staff")
        Session.objects.all().delete()
        from django.core.cache import cache

        cache.clear()
        write("person.signed_out", Audience.STAFF, actor_id=agent.id)
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                line.recv(5)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 4401


def test_when_rights_end_their_topics_end(port: int) -> None:
    customer = worlds.customer()
    contact = worlds.contact(customer)
    with socket_of(port, contact) as line:
        begin(line, f"customer:{customer.id}")
        contact.contacts.all().delete()
        published(write("person.contact_removed", Audience.STAFF, actor_id=None, data={"person": contact.id}))
        until = time.monotonic() + 5
        while hub.of(f"customer:{customer.id}") and time.monotonic() < until:
            time.sleep(0.01)
        write(customer_id=customer.id)
        nothing_more(line)


@pytest.mark.parametrize("what", ["the contact is removed", "the customer is closed", "the person is let go", "a second factor is required"])
def test_who_may_no_longer_hear_is_cut_at_once(port: int, what: str) -> None:
    customer, admin = worlds.customer(), worlds.admin()
    owner, other, agent = worlds.contact(customer), worlds.contact(customer), worlds.agent()
    by = worlds.seen_by(admin)
    staff_page = what in {"the person is let go", "a second factor is required"}
    with socket_of(port, agent if staff_page else other) as line:
        topic = "staff" if staff_page else f"customer:{customer.id}"
        begin(line, topic)
        if what == "the contact is removed":
            contacts.remove(viewer=worlds.seen_by(owner), contact=other.contacts.get())
        elif what == "the customer is closed":
            customers.deactivate(viewer=by, customer=customer)
        elif what == "the person is let go":
            staff.deactivate(viewer=by, user=agent)
        else:
            provider.change(viewer=by, staff_mfa=True)
        until = time.monotonic() + 5  # the next round of looks at every page would come after 30 s
        while hub.of(topic) and time.monotonic() < until:
            time.sleep(0.01)
        assert not hub.of(topic)
        if staff_page:
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    line.recv(5)
            assert closed.value.rcvd
            assert closed.value.rcvd.code == 4401
    if what == "a second factor is required":
        with socket_of(port, agent) as line, pytest.raises(ConnectionClosed):
            line.recv(5)


def test_a_page_that_comes_back_is_told_what_it_missed_in_order(port: int) -> None:
    agent = worlds.agent()
    with socket_of(port, agent) as line:
        start = begin(line, "staff")["id"]
    missed = [write().id for _ in range(20)]
    published(Entry.objects.latest("id"))
    with socket_of(port, agent) as line:
        assert begin(line, "staff", after=start)["id"] == start
        assert [hear(line)["id"] for _ in missed] == missed
        assert hear_live(line) == Entry.objects.latest("id").id
        nothing_more(line)


def hear_live(line: ClientConnection) -> int:
    write()
    return int(hear(line)["id"])


def test_a_page_too_far_behind_or_ahead_of_the_journal_must_load_itself_anew(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vigie.kernel.page.REPLAY", 10)
    agent = worlds.agent()
    for _ in range(12):
        last = write()
    published(last)
    with socket_of(port, agent) as line:
        hello = begin(line, "staff", after=0)
        assert (hello["reset"], hello["id"]) == (True, last.id)
        hello = begin(line, "staff", after=last.id + 1000)
        assert (hello["reset"], hello["id"]) == (True, last.id)
        assert hear_live(line) == last.id + 1


def test_cut_at_any_instant_nothing_is_lost_or_told_twice(port: int) -> None:
    """A page that reconnects with the last id it has, while two threads write, cut after a random number of hints."""
    agent, dice = worlds.agent(), random.Random(7)
    cookie = cookie_of(agent)
    written: list[int] = []

    def writing(seed: int) -> None:
        pause = random.Random(seed)
        try:
            for _ in range(150):
                written.append(write().id)
                time.sleep(pause.random() / 150)
        finally:
            connections.close_all()

    with socket_of(port, cookie) as line:
        last = begin(line, "staff")["id"]
    writers = [threading.Thread(target=writing, args=(seed,)) for seed in (1, 2)]
    for one in writers:
        one.start()
    heard: list[int] = []
    until = time.monotonic() + 60
    while (len(heard) < len(written) or any(one.is_alive() for one in writers)) and time.monotonic() < until:
        with socket_of(port, cookie) as line:
            last = begin(line, "staff", after=last)["id"]
            for _ in range(dice.randrange(12)):
                try:
                    heard.append(hear(line, 0.3)["id"])
                except TimeoutError:
                    break
                last = heard[-1]
            if dice.random() < 0.5 and line.socket is not None:
                line.socket.shutdown(socket.SHUT_RDWR)
    assert heard == sorted(written)


def test_changing_topics_on_an_open_page_tells_each_line_once(port: int) -> None:
    customer = worlds.customer()
    agent = worlds.agent()
    with socket_of(port, agent) as line:
        begin(line, f"customer:{customer.id}")
        first = write(customer_id=customer.id)
        assert hear(line)["id"] == first.id
        other = write()  # for staff, not yet listened to
        published(other)
        begin(line, f"customer:{customer.id}", "staff", after=first.id - 1)
        assert hear(line)["id"] == other.id
        nothing_more(line)


def test_staff_see_who_is_present_and_customers_do_not(port: int) -> None:
    customer = worlds.customer()
    contact = worlds.contact(customer)
    ana, luc = worlds.agent(name="Ana Torres"), worlds.agent(name="Luc Roy")
    number = worlds.ticket(of=customer, by=contact).conversation_id
    topic = f"conversation:{number}"
    with socket_of(port, ana) as hers, socket_of(port, contact) as theirs:
        begin(hers, topic)
        begin(theirs, topic)
        say(theirs, presence={"conversation": number, "state": "writing"})
        (person,) = hear(hers)["people"]
        assert (person["id"], person["state"], person["is_staff"]) == (contact.id, "writing", False)
        with socket_of(port, luc) as his:
            begin(his, topic)
            assert [one["id"] for one in hear(his)["people"]] == [contact.id], "who comes later is told at once"
            say(his, presence={"conversation": number, "state": "viewing"})
            event = hear(hers)
            assert event["kind"] == "presence"
            assert [(one["initials"], one["state"]) for one in event["people"]][1:] == [("LR", "viewing")]
        assert [one["id"] for one in hear(hers)["people"]] == [contact.id], "who leaves is gone at once"
        nothing_more(theirs)


def test_presence_in_a_conversation_one_does_not_listen_to_is_ignored(port: int) -> None:
    agent, stranger = worlds.agent(), worlds.contact(worlds.customer())
    number = worlds.conversation(worlds.customer()).id
    with socket_of(port, agent) as watching, socket_of(port, stranger) as other:
        begin(watching, f"conversation:{number}")
        begin(other, f"conversation:{number}")
        say(other, presence={"conversation": number, "state": "viewing"})
        nothing_more(other)
        nothing_more(watching)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("not json", 4400),
        ("[]", 4400),
        ('{"topics": "staff"}', 4400),
        ('{"topics": [1]}', 4400),
        ('{"topics": ["staff"], "after": -1}', 4400),
        ('{"topics": ["staff"], "after": "1"}', 4400),
        (json.dumps({"topics": ["staff"] * 65}), 4400),
        ('{"presence": {"conversation": "1"}}', 4400),
        ('{"ping": "' + "a" * 9000 + '"}', 4400),
        (b"\x00\x01", 4400),
        ("{" * 5000, 4400),
    ],
)
def test_ill_formed_messages_close_the_page(port: int, sent: str | bytes, code: int) -> None:
    with socket_of(port, worlds.agent()) as line:
        line.send(sent)
        with pytest.raises(ConnectionClosed) as closed:
            line.recv(5)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == code


def test_a_flood_of_messages_closes_the_page(port: int) -> None:
    with socket_of(port, worlds.agent()) as line, pytest.raises(ConnectionClosed) as closed:
        for _ in range(200):
            say(line, ping=1)
        while True:
            line.recv(5)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 4429


def test_one_person_may_not_open_endless_pages(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vigie.kernel.socket.PAGES", 1)
    cookie = cookie_of(worlds.agent())
    with socket_of(port, cookie) as first:
        begin(first, "staff")
        with socket_of(port, cookie) as second, pytest.raises(ConnectionClosed) as closed:
            second.recv(5)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 4429


def test_a_page_that_says_nothing_is_closed(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vigie.kernel.socket.PATIENCE", 0.1)
    with socket_of(port, worlds.agent()) as line, pytest.raises(ConnectionClosed):
        line.recv(5)


def events(answer: httpx.Response) -> Iterator[tuple[int | None, dict[str, Any]]]:
    number = None
    for line in answer.iter_lines():
        if line.startswith("id: "):
            number = int(line[4:])
        elif line.startswith("data: "):
            yield number, json.loads(line[6:])
            number = None


def test_the_event_stream_tells_the_same_and_resumes(port: int) -> None:
    agent = worlds.agent()
    headers = {"Cookie": cookie_of(agent), "Accept": "text/event-stream"}
    url = f"http://127.0.0.1:{port}/live"
    with httpx.stream("GET", f"{url}?topics=staff", headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        stream = events(answer)
        start = next(stream)[1]["id"]
        first = write()
        assert next(stream)[0] == first.id
    second, third = write(), write()
    published(third)
    with httpx.stream("GET", f"{url}?topics=staff&after={start}", headers={**headers, "Last-Event-ID": str(first.id)}) as answer:
        stream = events(answer)
        assert next(stream)[1]["kind"] == "hello"
        assert [next(stream)[0], next(stream)[0]] == [second.id, third.id]


def test_presence_by_post_lives_as_long_as_its_event_stream(port: int) -> None:
    ana, luc = worlds.agent(), worlds.agent(name="Luc Roy")
    number = worlds.conversation(worlds.customer()).id
    url, cookie = f"http://127.0.0.1:{port}/live", cookie_of(luc)
    with socket_of(port, ana) as hers:
        begin(hers, f"conversation:{number}")
        with httpx.stream("GET", f"{url}?topics=conversation:{number}", headers={"Cookie": cookie}) as answer:
            stream = events(answer)
            next(stream)
            sent = {"presence": {"conversation": number, "state": "writing"}}
            told = httpx.post(url, json=sent, headers={"Cookie": cookie, "Origin": f"http://127.0.0.1:{port}"})
            assert told.status_code == 204
            assert hear(hers)["people"][0]["initials"] == "LR"
        assert hear(hers)["people"] == []


def test_the_stream_is_closed_to_strangers(port: int) -> None:
    assert httpx.get(f"http://127.0.0.1:{port}/live?topics=staff").status_code == 401
    assert httpx.put(f"http://127.0.0.1:{port}/live").status_code == 405
