"""What staff do to a ticket, through HTTP: each address, its refusal beside the field, and what the panel may show."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import worlds
from tests.conftest import Hold
from vigie.conversations.models import Conversation, Message, Trust
from vigie.kernel.search import Found
from vigie.people.models import User
from vigie.tickets import sending
from vigie.tickets.models import HeldReply, State, Ticket

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]
SCRIPT = {"X-Requested-With": "fetch"}


@pytest.fixture
def agent() -> User:
    return worlds.agent(worlds.team("support"), language="en", name="Marion Lefèvre")


@pytest.fixture
def desk(browse: Browse, agent: User) -> Client:
    return browse(agent)


def post(client: Client, ticket: Ticket, name: str, *, script: bool = True, **data: Any) -> Any:
    url = reverse(f"console:{name}", args=[ticket.number])
    return client.post(url, data, headers=SCRIPT if script else {})


def test_claiming(desk: Client, agent: User) -> None:
    ticket = worlds.ticket()
    assert post(desk, ticket, "claim").status_code == 200
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.state) == (agent, State.OPEN)


def test_who_comes_second_is_told_who_has_it(desk: Client, browse: Browse) -> None:
    ticket = worlds.ticket()
    post(desk, ticket, "claim")
    answer = post(browse(worlds.agent(language="en")), ticket, "claim")
    assert answer.status_code == 422
    assert "Marion Lefèvre" in answer.json()["error"]


def test_assigning_and_putting_back(desk: Client) -> None:
    ticket, colleague = worlds.ticket(), worlds.agent()
    post(desk, ticket, "assign", assignee=colleague.pk)
    ticket.refresh_from_db()
    assert ticket.assignee == colleague
    post(desk, ticket, "assign", assignee="")
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_a_customer_cannot_be_made_responsible(desk: Client) -> None:
    ticket = worlds.ticket()
    assert post(desk, ticket, "assign", assignee=worlds.contact().pk).json()["field"] == "assignee"


def test_escalating_needs_a_note_and_hands_it_back_needs_one_too(desk: Client) -> None:
    ticket = worlds.ticket()
    assert post(desk, ticket, "escalate", note="").json()["field"] == "note"
    assert post(desk, ticket, "escalate", note="Disque plein").status_code == 200
    ticket.refresh_from_db()
    assert ticket.team is not None
    assert ticket.team.level > 1
    assert post(desk, ticket, "hand_back", note="Purgé").status_code == 200
    assert Message.objects.filter(conversation=ticket.pk, is_note=True).count() == 2


def test_the_priority_changes_with_a_reason(desk: Client) -> None:
    ticket = worlds.ticket()
    assert post(desk, ticket, "priority", priority="high", reason="").json()["field"] == "reason"
    assert post(desk, ticket, "priority", priority="high", reason="Site arrêté").status_code == 200
    ticket.refresh_from_db()
    assert ticket.urgency == 0


def test_solving_before_an_answer_is_refused_with_the_reason(desk: Client) -> None:
    answer = post(desk, worlds.ticket(), "state", state="solved")
    assert answer.status_code == 422
    assert "first reply" in answer.json()["error"]


def test_the_next_update_is_promised_by_minutes_or_by_wall_clock(desk: Client, hold: Hold) -> None:
    hold("2026-11-24 13:00")
    ticket = worlds.ticket()
    assert post(desk, ticket, "next_update", minutes="30").status_code == 200
    later = post(desk, ticket, "next_update", date="2026-11-24", time="15:00", note="cause")
    assert later.status_code == 200
    assert post(desk, ticket, "next_update", date="2026-11-24", time="").json()["field"] == "due_at"
    assert post(desk, ticket, "next_update", date="2026-11-24", time="12:00").status_code == 422


def test_tags_come_and_go(desk: Client) -> None:
    ticket = worlds.ticket()
    post(desk, ticket, "tag", tag="Disque, dkim")
    assert list(ticket.tags.order_by("name").values_list("name", flat=True)) == ["disque", "dkim"]
    assert desk.get(reverse("console:tags"), {"q": "dis"}).json() == {"tags": ["disque"]}
    post(desk, ticket, "untag", tag="dkim")
    assert ticket.tags.count() == 1


def test_the_department_changes(desk: Client) -> None:
    ticket = worlds.ticket()
    assert post(desk, ticket, "department", department="financial").status_code == 200
    ticket.refresh_from_db()
    assert ticket.department_id == "financial"


def test_a_reply_waits_ten_seconds_and_can_be_taken_back(desk: Client, hold: Hold) -> None:
    hold("2026-11-24 13:00")
    ticket = worlds.ticket()
    answer = post(desk, ticket, "reply", body="Nous regardons.", client_key=uuid.uuid4(), then="waiting", seen_seq="1")
    assert answer.status_code == 202
    assert desk.post(answer.json()["undo"], headers=SCRIPT).status_code == 200
    hold.forward(seconds=11)
    sending.release_due()
    assert not Message.objects.filter(conversation=ticket.pk, author="agent").exists()


def test_a_reply_sent_twice_with_one_key_is_one_reply(desk: Client, hold: Hold) -> None:
    hold("2026-11-24 13:00")
    ticket, key = worlds.ticket(), uuid.uuid4()
    for _ in range(2):
        assert post(desk, ticket, "reply", body="Une fois.", client_key=key).status_code == 202
    assert HeldReply.objects.count() == 1
    hold.forward(seconds=11)
    assert sending.release_due() == 1


def test_a_message_that_arrived_meanwhile_is_asked_about_once(desk: Client) -> None:
    contact = worlds.contact()
    ticket = worlds.ticket(contact)
    worlds.reply(ticket, contact, "Encore ceci.")
    first = post(desk, ticket, "reply", body="Oui.", client_key=uuid.uuid4(), seen_seq="1")
    assert first.status_code == 409
    again = post(desk, ticket, "reply", body="Oui.", client_key=uuid.uuid4(), seen_seq=first.json()["newer"])
    assert again.status_code == 202


def test_a_note_stands_at_once_and_no_customer_sees_it(desk: Client, browse: Browse) -> None:
    contact = worlds.contact()
    ticket = worlds.ticket(contact)
    assert post(desk, ticket, "note", body="SECRET-NOTE", client_key=uuid.uuid4()).status_code == 201
    assert "SECRET-NOTE" in desk.get(reverse("console:ticket", args=[ticket.number])).content.decode()
    assert "SECRET-NOTE" not in browse(contact).get(reverse("portal:ticket", args=[ticket.number])).content.decode()


def test_an_empty_reply_is_refused_in_words(desk: Client) -> None:
    answer = post(desk, worlds.ticket(), "reply", body="  ", client_key=uuid.uuid4())
    assert answer.status_code == 422
    assert "Write something" in answer.json()["error"]


def test_without_scripts_one_comes_back_to_the_page(desk: Client) -> None:
    ticket = worlds.ticket()
    answer = post(desk, ticket, "claim", script=False)
    assert answer["Location"] == reverse("console:ticket", args=[ticket.number])


def test_account_data_stays_closed_until_the_conversation_is_verified(desk: Client) -> None:
    customer = worlds.customer(plan="PLAN-SECRET")
    worlds.service(customer, name="service-secret")
    ticket = worlds.ticket(of=customer)
    url = reverse("console:ticket", args=[ticket.number])
    open_page = desk.get(url).content.decode()
    assert "PLAN-SECRET" in open_page
    assert "service-secret" in open_page
    Conversation.objects.filter(pk=ticket.pk).update(trust=Trust.CLAIMED)
    closed = desk.get(url).content.decode()
    assert "PLAN-SECRET" not in closed
    assert "service-secret" not in closed
    assert customer.reference not in closed
    assert reverse("console:prove", args=[ticket.number]) in closed
    assert post(desk, ticket, "prove").status_code == 200


def test_a_guarded_action_in_an_unverified_conversation_is_refused(desk: Client) -> None:
    ticket = worlds.ticket()
    service = worlds.service(ticket.conversation.customer)
    Conversation.objects.filter(pk=ticket.pk).update(trust=Trust.CLAIMED)
    answer = post(desk, ticket, "action", action="reboot", service=service.pk)
    assert answer.status_code == 422
    assert "not verified" in answer.json()["error"]


def test_htmx_gets_the_ticket_alone_and_live_parts_leave_the_composer_alone(desk: Client) -> None:
    url = reverse("console:ticket", args=[worlds.ticket().number])
    part = desk.get(url, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div class="work"')
    live = desk.get(url, headers={"X-Parts": "thread"}).content.decode()
    assert 'id="thread"' in live
    assert '<textarea name="body"' not in live


def test_two_hundred_messages_cost_no_more_queries_than_two(
    desk: Client, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    ticket = worlds.ticket()
    url = reverse("console:ticket", args=[ticket.number])
    desk.get(url)
    for n in range(60):
        worlds.message(ticket.conversation, f"Ligne {n}")
    with django_assert_max_num_queries(45):
        page = desk.get(url).content.decode()
    assert page.count('<article class="msg') == 50
    assert "?before=" in page


def test_search_jumps_to_a_number_and_finds_words_newest_first(desk: Client) -> None:
    ticket = worlds.ticket(body="La sauvegarde nocturne échoue")
    url = reverse("console:search")
    assert desk.get(url, {"q": f"#{ticket.number}"})["Location"] == reverse("console:ticket", args=[ticket.number])
    found = desk.get(url, {"q": "sauvegarde"}).content.decode()
    assert "<mark>sauvegarde</mark>" in found
    quick = desk.get(url, {"q": "nocturne", "quick": "1"}).json()["hits"]
    assert quick[0]["url"] == reverse("console:ticket", args=[ticket.number])


def test_a_search_that_came_short_says_so_and_goes_on(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vigie.console.search.find", lambda *_args, **_more: Found([], 77))
    page = desk.get(reverse("console:search"), {"q": "rare"}).content.decode()
    assert "among the newer messages" in page
    assert 'href="/console/search/?q=rare&amp;before=77" rel="next"' in page
