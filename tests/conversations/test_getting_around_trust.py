"""Ways somebody could try to have a conversation verified, or act without it."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from tests import worlds
from tests.api.callers import Caller
from vigie.conversations.models import Conversation, Trust
from vigie.mail_out.models import OutgoingMail
from vigie.tickets import following, moving, replying
from vigie.tickets.errors import NotAllowedError
from vigie.tickets.models import Ticket

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]


@pytest.fixture
def claimed() -> Ticket:
    """Opened by an agent in a customer's name: somebody only said who they are."""
    customer = worlds.customer(plan="zzplan")
    worlds.service(customer, "198.51.100.77", name="zzservice")
    worlds.contact(customer)
    return worlds.ticket(worlds.agent(), customer)


def trust(ticket: Ticket) -> str:
    return Conversation.objects.get(pk=ticket.pk).trust


def test_nothing_staff_do_verifies(browse: Browse, claimed: Ticket) -> None:
    agent = worlds.agent()
    viewer = worlds.seen_by(agent)
    assert trust(claimed) == Trust.CLAIMED
    worlds.reply(claimed, agent)
    replying.note(viewer=viewer, ticket=claimed, body="x", client_key=uuid4())
    caller = Caller(agent)
    assert caller.post(f"/tickets/{claimed.number}/replies", {"body": "x"}).status_code == 201
    assert caller.post(f"/tickets/{claimed.number}/replies", {"body": "x", "trust": "verified"}).status_code == 422
    browse(agent).post(f"/console/tickets/{claimed.number}/state/", {"state": "waiting", "trust": "verified"})
    assert trust(claimed) == Trust.CLAIMED
    moving.move(viewer=viewer, ticket=claimed, to="solved")
    follow = following.follow_up(viewer=viewer, ticket=claimed, body="x", client_key=uuid4())
    assert trust(follow) == trust(claimed) == Trust.CLAIMED


def test_no_fragment_of_the_console_shows_account_data_before(browse: Browse, claimed: Ticket) -> None:
    browser, page = browse(worlds.agent()), f"/console/tickets/{claimed.number}/"
    for headers in ({}, {"HX-Request": "true"}, {"X-Parts": "side"}, {"HX-Request": "true", "X-Parts": "1"}):
        text = browser.get(page, headers=headers).content.decode()
        for hidden in ("zzservice", "198.51.100.77", "zzplan"):
            assert hidden not in text, headers
    service = claimed.conversation.customer.services.get()
    acted = browser.post(f"{page}action/", {"action": "reboot", "service": service.pk}, headers={"X-Requested-With": "fetch"})
    assert acted.status_code == 422


def test_an_agent_cannot_prove_by_the_link_they_asked_for(browse: Browse, claimed: Ticket) -> None:
    browser = browse(worlds.agent())
    browser.post(f"/console/tickets/{claimed.number}/proof/")
    mail = OutgoingMail.objects.get(kind="proof")
    pages = [browser.get(f"/console/outbox/{mail.pk}/"), browser.get("/console/outbox/"), browser.get(f"/console/tickets/{claimed.number}/")]
    assert not any("/proof/" in page.content.decode().replace(f"/{claimed.number}/proof/", "") for page in pages)
    assert trust(claimed) == Trust.CLAIMED


def test_a_contact_who_is_in_verifies_their_own_alone(claimed: Ticket) -> None:
    other = worlds.contact()
    with pytest.raises(NotAllowedError):
        replying.reply(viewer=worlds.seen_by(other), ticket=claimed, body="x", client_key=uuid4())
    assert trust(claimed) == Trust.CLAIMED
    owner = claimed.conversation.customer.contacts.get().user
    replying.reply(viewer=worlds.seen_by(owner), ticket=claimed, body="it is me", client_key=uuid4())
    assert trust(claimed) == Trust.VERIFIED
