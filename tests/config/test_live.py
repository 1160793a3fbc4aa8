"""The live endpoint on a real server: who hears what, and who is cut."""

import time

import httpx
import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests import worlds
from tests.config.listening import begin, cookie_of, hear, nothing_more, published, say, socket_of, write
from vigie.journal.models import Audience
from vigie.kernel.live import hub
from vigie.people import contacts, customers, provider, staff
from vigie.people.models import ContactRole, User

pytestmark = pytest.mark.django_db(transaction=True)


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
