"""Several at once, on a real database: one claims, one ticket opens, no seq doubles, a held reply is sent or taken back."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from tests import worlds
from vigie.conversations.errors import DeadProofError
from vigie.conversations.models import Attachment, Conversation, Message
from vigie.kernel import clock
from vigie.promises import sweep
from vigie.promises.models import Clock
from vigie.tickets import assigning, counting, sending
from vigie.tickets.errors import SentAlreadyError, TakenError
from vigie.tickets.models import HeldReply, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def race(*works: Callable[[], Any]) -> list[Any]:
    """Each work in a thread of its own, all let go at once; what each returned or raised."""
    results: list[Any] = [None] * len(works)
    ready = threading.Barrier(len(works))

    def run(place: int, work: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            ready.wait(10)
            results[place] = work()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    return results


def test_of_several_who_claim_one_wins_and_the_others_are_told_who() -> None:
    ticket = worlds.ticket()
    agents = [worlds.agent(name=f"Agent {n}") for n in range(6)]
    results = race(*[
        lambda agent=agent: assigning.claim(viewer=worlds.seen_by(agent), ticket=Ticket.objects.get(pk=ticket.pk))
        for agent in agents
    ])  # fmt: skip
    winners = [agent for agent, result in zip(agents, results, strict=True) if isinstance(result, Ticket)]
    losers = [result for result in results if isinstance(result, TakenError)]
    assert (len(winners), len(losers)) == (1, 5)
    assert {error.name for error in losers} == {winners[0].name}
    ticket.refresh_from_db()
    assert ticket.assignee == winners[0]
    assert counting.repair() == {}


def test_a_double_click_opens_one_ticket() -> None:
    who, key = worlds.contact(), uuid.uuid4()
    results = race(*[lambda: worlds.ticket(by=who, client_key=key)] * 6)
    assert {result.number for result in results} == {Ticket.objects.get().number}
    assert Message.objects.count() == 1
    assert counting.repair() == {}


def test_tickets_opened_at_once_have_numbers_without_gap_or_double() -> None:
    people = [worlds.contact() for _n in range(6)]
    results = race(*[lambda who=who: [worlds.ticket(by=who).number for _n in range(4)] for who in people])
    numbers = sorted(number for result in results for number in result)
    assert numbers == list(range(numbers[0], numbers[0] + 24))
    assert counting.repair() == {}


def test_messages_posted_at_once_stand_in_one_order() -> None:
    ticket = worlds.ticket()
    agent, customer = worlds.agent(), ticket.conversation.contact

    def write(who: Any) -> None:
        for _n in range(5):
            worlds.reply(Ticket.objects.get(pk=ticket.pk), who)

    assert race(*[lambda: write(agent)] * 2, *[lambda: write(customer)] * 2) == [None] * 4
    assert list(Message.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 22))
    assert Conversation.objects.get().last_seq == 21


def test_the_same_reply_sent_twice_at_once_is_one() -> None:
    ticket, agent, key = worlds.ticket(), worlds.agent(), uuid.uuid4()
    results = race(*[lambda: worlds.reply(Ticket.objects.get(pk=ticket.pk), agent, client_key=key)] * 4)
    assert {result.seq for result in results} == {2}
    assert Message.objects.count() == 2


def test_a_held_reply_is_sent_or_taken_back_never_both() -> None:
    for _round in range(6):
        ticket, agent = worlds.ticket(), worlds.agent()
        held = sending.hold(viewer=worlds.seen_by(agent), ticket=ticket, body="x", client_key=uuid.uuid4())
        due = held.due_at + timedelta(seconds=1)
        undone, *_sent = race(
            lambda held=held, agent=agent: sending.undo(viewer=worlds.seen_by(agent), held_id=held.pk),
            lambda due=due: sending.release_due(due),
            lambda due=due: sending.release_due(due),
        )
        sent = Message.objects.filter(conversation=ticket.pk, seq=2).count()
        assert sent == (1 if isinstance(undone, SentAlreadyError) else 0)
        assert not HeldReply.objects.exists()


def test_a_file_is_sent_with_one_message() -> None:
    ticket, agent = worlds.ticket(), worlds.agent()
    made = Attachment.objects.create(
        uploader=agent, name="a", stored="x", media_type="text/plain", size=1, sha256="0" * 64, created_at=clock.now()
    )
    results = race(*[
        lambda: worlds.reply(Ticket.objects.get(pk=ticket.pk), agent, attachment_ids=[made.pk]) for _n in range(3)
    ])  # fmt: skip
    assert sum(isinstance(result, Message) for result in results) == 1
    assert Message.objects.count() == 2


def test_a_proof_link_is_used_once() -> None:
    from vigie.conversations import trusting
    from vigie.conversations.models import ProofLink
    from vigie.kernel import ids

    conversation = worlds.ticket(by=worlds.agent(), of=worlds.customer()).conversation
    now = clock.now()
    ProofLink.objects.create(
        conversation=conversation, address=conversation.customer.registered_address, hash=ids.fingerprint("s"), created_at=now,
        expires_at=now + timedelta(hours=1),
    )  # fmt: skip
    results = race(*[lambda: trusting.use_proof_link("s")] * 4)
    assert sum(isinstance(result, Conversation) for result in results) == 1
    assert sum(isinstance(result, DeadProofError) for result in results) == 3


def test_answers_and_the_sweep_do_not_wait_for_each_other_for_ever() -> None:
    agents = [worlds.agent() for _n in range(3)]
    tickets = [worlds.ticket() for _n in range(12)]
    late = max(Clock.objects.values_list("due_at", flat=True)) + timedelta(minutes=1)

    def answer(agent: Any) -> int:
        return sum(worlds.reply(Ticket.objects.get(pk=ticket.pk), agent).seq > 1 for ticket in tickets)

    results = race(*[lambda agent=agent: answer(agent) for agent in agents], *[lambda: sweep.sweep(late)] * 2)
    assert not [result for result in results if isinstance(result, Exception)]
    assert counting.repair() == {}
