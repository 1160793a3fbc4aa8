"""The proof link: a scanner that follows it changes nothing, a person proves once."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests import worlds
from tests.conftest import Hold
from vigie.conversations.models import Conversation, Trust
from vigie.conversations.trusting import send_proof_link
from vigie.mail_out.models import OutgoingMail

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]


@pytest.fixture
def link() -> tuple[Conversation, str]:
    """A claimed conversation and the path of the link that was mailed."""
    claimed = worlds.conversation(trust=Trust.CLAIMED, subject="Redémarrez mon serveur")
    send_proof_link(viewer=worlds.seen_by(worlds.agent()), conversation=claimed)
    mail = OutgoingMail.objects.get()
    found = re.search(r"/proof/[\w-]+", " ".join(str(value) for value in vars(mail).values()))
    assert found
    return claimed, found[0]


def test_looking_at_it_changes_nothing(browse: Browse, link: tuple[Conversation, str]) -> None:
    claimed, path = link
    for _scanner in range(3):
        answer = browse().get(path)
        assert answer.status_code == 200
        assert "Redémarrez mon serveur" in answer.content.decode()
        browse().head(path)
    claimed.refresh_from_db()
    assert claimed.trust == Trust.CLAIMED


def test_the_button_proves_once(browse: Browse, link: tuple[Conversation, str]) -> None:
    claimed, path = link
    assert "vérifiée" in browse().post(path).content.decode()
    claimed.refresh_from_db()
    assert claimed.trust == Trust.VERIFIED
    for again in (browse().get(path), browse().post(path)):
        assert again.status_code == 410
        assert "Redémarrez" not in again.content.decode()


def test_an_old_link_says_so(browse: Browse, link: tuple[Conversation, str], hold: Hold) -> None:
    from datetime import timedelta

    from vigie.kernel import clock

    hold(clock.now() + timedelta(hours=2))
    assert browse().get(link[1]).status_code == 410
    assert browse().post(link[1]).status_code == 410


def test_a_guessed_link_tells_nothing(browse: Browse) -> None:
    assert browse().get("/proof/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa").status_code == 410
