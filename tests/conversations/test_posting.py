"""Messages, drafts and read marks."""

import uuid

import pytest
from django.db import transaction

from tests import worlds
from vigie.conversations import drafting, posting, reading
from vigie.conversations.errors import EmptyMessageError, LongMessageError
from vigie.conversations.models import Author, Channel, Message, ReadMark, Trust
from vigie.journal.models import Audience, Entry
from vigie.kernel import clock

pytestmark = pytest.mark.django_db


def test_seq_counts_up_and_a_note_is_not_the_newest_public_one() -> None:
    talk = worlds.conversation()
    for note in (False, True, False, True):
        worlds.message(talk, is_note=note, author=Author.AGENT)
    talk.refresh_from_db()
    assert (talk.last_seq, talk.last_public_seq) == (4, 3)
    assert list(Message.objects.values_list("seq", flat=True)) == [1, 2, 3, 4]
    told = Entry.objects.order_by("id").values_list("audience", "data__seq")
    assert list(told) == [(Audience.CUSTOMER, 1), (Audience.STAFF, 2), (Audience.CUSTOMER, 3), (Audience.STAFF, 4)]


def test_the_same_key_is_the_same_message_in_one_conversation_only() -> None:
    talk, other, key = worlds.conversation(), worlds.conversation(), uuid.uuid4()
    first = worlds.message(talk, client_key=key)
    again = worlds.message(talk, "autre chose", client_key=key)
    assert (again.pk, again.body, again.is_repeat, first.is_repeat) == (first.pk, "Bonjour", True, False)
    assert worlds.message(other, client_key=key).pk != first.pk
    talk.refresh_from_db()
    assert talk.last_seq == 1


@pytest.mark.parametrize(("body", "error"), [(" \n\t", EmptyMessageError), ("x" * 500_001, LongMessageError)])
def test_what_cannot_be_sent_is_refused(body: str, error: type[Exception]) -> None:
    talk = worlds.conversation()
    with pytest.raises(error):
        worlds.message(talk, body)
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_posting_outside_a_transaction_is_a_mistake() -> None:
    talk = worlds.conversation()
    with pytest.raises(transaction.TransactionManagementError):
        posting.post(
            conversation=talk, author=Author.AUTO, channel=Channel.TICKET, body="x", at=clock.now(), trust=Trust.VERIFIED
        )


def test_marks_move_forward_only_and_not_past_what_may_be_seen() -> None:
    agent, who = worlds.agent(), worlds.contact()
    talk = worlds.conversation(who.contacts.get().customer)
    worlds.message(talk)
    worlds.message(talk, author=Author.AGENT, is_note=True, user=agent)
    assert ReadMark.objects.get(user=agent).seq == 2
    assert reading.mark_read(viewer=worlds.seen_by(who), conversation=talk, seq=99)
    assert ReadMark.objects.get(user=who).seq == 1
    assert not reading.mark_read(viewer=worlds.seen_by(who), conversation=talk, seq=0)
    assert ReadMark.objects.get(user=who).seq == 1


def test_a_draft_is_kept_as_typed_and_over_the_one_before() -> None:
    who = worlds.contact()
    place = drafting.new_place(1)
    drafting.keep(user=who, place=place, data={"body": " deux  espaces\n", "priority": "high"})
    drafting.keep(user=who, place=place, data={"body": " trois   espaces\n\x00"})
    assert drafting.find(who, place) == {"body": " trois   espaces\n\ufffd"}
    assert drafting.find(worlds.contact(), place) == {}
    drafting.drop(who, place)
    assert drafting.find(who, place) == {}
    with pytest.raises(LongMessageError):
        drafting.keep(user=who, place=place, data={"body": "x" * 1_000_001})
