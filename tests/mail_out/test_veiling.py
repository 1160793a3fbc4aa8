"""Links that open doors are for their recipients: the outbox gives them to nobody who could abuse them."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests import worlds
from vigie.conversations.models import Trust
from vigie.conversations.trusting import send_proof_link
from vigie.mail_out.models import MailState, OutgoingMail
from vigie.mail_out.veiling import text_for
from vigie.people.access import NOBODY

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]


def proof_mail(state: str = MailState.ACCEPTED) -> OutgoingMail:
    conversation = worlds.conversation(trust=Trust.CLAIMED)
    send_proof_link(viewer=worlds.seen_by(worlds.agent()), conversation=conversation)
    OutgoingMail.objects.update(state=state)
    return OutgoingMail.objects.get(kind="proof")


@pytest.mark.parametrize("who", ["agent", "lead"])
def test_an_agent_cannot_take_a_proof_link_out_of_the_outbox(browse: Browse, who: str) -> None:
    """Else asking for a proof and giving it would be one person's two clicks."""
    for state in MailState.values:
        mail = proof_mail(state)
        assert "/proof/" in mail.text
        page = browse(getattr(worlds, who)()).get(f"/console/outbox/{mail.pk}/").content.decode()
        assert "/proof/" not in page
        assert "http://127.0.0.1:8000/…" in page
        OutgoingMail.objects.all().delete()


def test_an_agent_cannot_take_an_administrators_reset_link(browse: Browse, client: Client) -> None:
    from tests.tickets.reacting import react

    boss = worlds.admin()
    client.post("/account/password/reset/", {"email": boss.email})
    react()
    mail = OutgoingMail.objects.get(kind="account")
    assert "/password/reset/key/" in mail.text
    assert "/password/reset/key/" not in browse(worlds.agent()).get(f"/console/outbox/{mail.pk}/").content.decode()


def test_an_administrator_hands_on_what_no_mail_server_carries() -> None:
    kept, viewer = proof_mail(MailState.KEPT), worlds.seen_by(worlds.admin())
    assert text_for(viewer, kept) == kept.text
    kept.state = MailState.ACCEPTED
    assert "/proof/" not in text_for(viewer, kept)


def test_other_mails_are_read_whole() -> None:
    from tests.tickets.reacting import react

    worlds.ticket()
    react()
    mail = OutgoingMail.objects.get(kind="acknowledgement")
    assert "/client/tickets/" in text_for(worlds.seen_by(worlds.agent()), mail)
    assert text_for(worlds.seen_by(worlds.contact()), mail) == text_for(NOBODY, mail) == ""
