"""Proof links: to the registered address alone, once, for an hour."""

import re
from datetime import timedelta

import pytest

from tests import worlds
from tests.conftest import Hold
from vigie.conversations import trusting
from vigie.conversations.errors import (
    DeadProofError,
    ManyProofsError,
    NobodyToProveError,
    NotAllowedError,
    VerifiedAlreadyError,
)
from vigie.conversations.models import Conversation, ProofLink, Trust
from vigie.journal.models import Audience, Entry
from vigie.mail_out.models import OutgoingMail
from vigie.people.access import Viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def claimed() -> Conversation:
    return worlds.conversation(trust=Trust.CLAIMED)


@pytest.fixture
def agent() -> Viewer:
    return worlds.seen_by(worlds.agent())


def secret_of(mail: OutgoingMail) -> str:
    found = re.search(r"/proof/([\w-]+)", mail.text)
    assert found
    return found[1]


def test_the_link_goes_to_the_registered_address_and_verifies_once(claimed: Conversation, agent: Viewer) -> None:
    trusting.send_proof_link(viewer=agent, conversation=claimed)
    mail = OutgoingMail.objects.get()
    assert claimed.customer is not None
    assert mail.recipient == claimed.customer.registered_address
    secret = secret_of(mail)
    assert trusting.proof_waiting(secret) is not None
    verified = trusting.use_proof_link(secret)
    assert (verified.pk, verified.trust) == (claimed.pk, Trust.VERIFIED)
    assert verified.evidence[-1]["kind"] == "proof_link"
    assert Entry.objects.get(kind="conversation.verified").audience == Audience.CUSTOMER
    assert trusting.proof_waiting(secret) is None
    with pytest.raises(DeadProofError):
        trusting.use_proof_link(secret)


def test_the_secret_is_kept_nowhere_but_in_the_mail(claimed: Conversation, agent: Viewer) -> None:
    link = trusting.send_proof_link(viewer=agent, conversation=claimed)
    secret = secret_of(OutgoingMail.objects.get())
    assert secret not in link.hash
    assert not [entry for entry in Entry.objects.all() if secret in str(entry.data)]


def test_an_hour_later_it_is_dead(claimed: Conversation, agent: Viewer, hold: Hold) -> None:
    hold("2026-11-24 13:40")
    trusting.send_proof_link(viewer=agent, conversation=claimed)
    secret = secret_of(OutgoingMail.objects.get())
    hold.forward(hours=1)
    with pytest.raises(DeadProofError):
        trusting.use_proof_link(secret)


def test_an_address_no_longer_registered_proves_nothing(claimed: Conversation, agent: Viewer) -> None:
    trusting.send_proof_link(viewer=agent, conversation=claimed)
    assert claimed.customer is not None
    claimed.customer.registered_address = "neuve@client.example"
    claimed.customer.save()
    with pytest.raises(DeadProofError):
        trusting.use_proof_link(secret_of(OutgoingMail.objects.get()))
    claimed.refresh_from_db()
    assert claimed.trust == Trust.CLAIMED
    assert ProofLink.objects.get().used_at is None


def test_one_address_is_not_flooded(claimed: Conversation, agent: Viewer, hold: Hold) -> None:
    hold("2026-11-24 13:40")
    for _n in range(trusting.A_DAY):
        trusting.send_proof_link(viewer=agent, conversation=claimed)
    other = worlds.conversation(claimed.customer, trust=Trust.CLAIMED)
    with pytest.raises(ManyProofsError):
        trusting.send_proof_link(viewer=agent, conversation=other)
    hold.forward(days=1, seconds=1)
    trusting.send_proof_link(viewer=agent, conversation=other)
    assert timedelta(hours=1) == trusting.LIFE


def test_not_for_the_verified_nor_for_nobody_nor_by_customers(agent: Viewer) -> None:
    with pytest.raises(VerifiedAlreadyError):
        trusting.send_proof_link(viewer=agent, conversation=worlds.conversation())
    stranger = Conversation.objects.create(
        channel="mail", subject="?", created_at=worlds.clock.now(), updated_at=worlds.clock.now()
    )
    with pytest.raises(NobodyToProveError):
        trusting.send_proof_link(viewer=agent, conversation=stranger)
    with pytest.raises(NobodyToProveError):
        trusting.send_proof_link(
            viewer=agent, conversation=worlds.conversation(worlds.customer(is_active=False), trust=Trust.CLAIMED)
        )
    with pytest.raises(NotAllowedError):
        trusting.send_proof_link(viewer=worlds.seen_by(worlds.contact()), conversation=stranger)


@pytest.mark.parametrize("secret", ["", "x", "é" * 500])
def test_a_guessed_secret_opens_nothing(secret: str) -> None:
    assert trusting.proof_waiting(secret) is None
    with pytest.raises(DeadProofError):
        trusting.use_proof_link(secret)
