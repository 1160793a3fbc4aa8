"""What a queued mail holds: both parts, the recipient's language, and headers nobody can break."""

from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import worlds
from tests.conftest import Hold
from vigie.mail_out.compose import queue
from vigie.mail_out.errors import BadAddressError
from vigie.mail_out.headers import one_line, subject_line
from vigie.mail_out.message import as_bytes
from vigie.mail_out.models import MailState, OutgoingMail

pytestmark = pytest.mark.django_db
CONTEXT = {
    "number": 100_123,
    "headline": "Priority is now High",
    "name": "Camille",
    "sentence": "A & B",
    "topic": "vps <down>",
    "note": "",
    "after": "",
    "link": "https://desk.example/client/tickets/100123/",
}


def queued(**fields: Any) -> OutgoingMail:
    given: dict[str, Any] = {
        "key": "k1",
        "kind": "ticket",
        "recipient": "compte@client.example",
        "language": "fr",
        "template": "changed",
        "context": CONTEXT,
        **fields,
    }
    return queue(**given)


def parsed(mail: OutgoingMail) -> Any:
    return message_from_bytes(as_bytes(mail), policy=default)


def test_both_parts_say_the_same_each_in_its_own_way() -> None:
    message = parsed(queued(language="en"))
    assert message.get_content_type() == "multipart/alternative"
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "Hello Camille," in text and "A & B" in text and "vps <down>" in text
    assert "Hello Camille," in html and "A &amp; B" in html and "vps &lt;down&gt;" in html
    assert "prefers-color-scheme: dark" in html


def test_a_mail_is_written_in_the_language_of_its_reader() -> None:
    assert "Camille,\n" in queued(language="fr").text and "Bonjour" in queued(language="fr").text
    assert "Hello Camille," in queued(language="en", key="k2").text
    assert "Bonjour" in queued(language="de", key="k3").text  # the provider's own, French


def test_the_same_key_is_the_same_mail() -> None:
    assert queued().pk == queued(recipient="other@client.example").pk
    assert OutgoingMail.objects.count() == 1


def test_an_automatic_mail_says_so_and_a_persons_does_not() -> None:
    worlds.provider()
    automatic = parsed(queued(kind="acknowledgement", conversation_id=7))
    assert automatic["Auto-Submitted"] == "auto-replied"
    assert automatic["X-Auto-Response-Suppress"] == "All"
    assert parsed(queued(key="k2"))["Auto-Submitted"] == "auto-generated"
    person = parsed(queued(key="k3", automatic=False))
    assert person["Auto-Submitted"] is None and person["X-Auto-Response-Suppress"] is None
    assert str(person["From"]) == "INTROSERV <support@introserv.com>"


def test_mails_of_one_conversation_are_one_thread() -> None:
    first, second = parsed(queued(conversation_id=7)), parsed(queued(key="k2", conversation_id=7))
    other = parsed(queued(key="k3", conversation_id=8))
    assert first["References"] == second["References"] == second["In-Reply-To"] != other["References"]
    assert first["Message-ID"] != second["Message-ID"]


def test_the_bytes_are_the_same_on_every_attempt(hold: Hold) -> None:
    hold("2026-11-24 13:40")
    mail = queued(reply_to="support+7@introserv.com")
    before = parsed(mail)
    hold.forward(hours=3)
    mail.refresh_from_db()
    after = parsed(mail)
    for name in ("Message-ID", "Date", "Subject", "Reply-To"):
        assert before[name] == after[name]
    assert after["Reply-To"] == "support+7@introserv.com"


def test_without_a_mail_server_the_mail_is_kept() -> None:
    assert queued().state == MailState.KEPT


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@b\r\nBcc: c@d.example", "a@b.example, c@d.example", "a b@c.example", "x" * 300 + "@b.example"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadAddressError):
        queued(recipient=address)


def test_a_domain_in_other_letters_travels_in_ascii() -> None:
    assert queued(recipient="a@bücher.example").recipient == "a@xn--bcher-kva.example"


hostile = st.text(st.characters(exclude_categories=[]), max_size=80) | st.sampled_from(
    [
        "x\r\nBcc: thief@evil.example\r\n\r\nbody",
        "x\nSubject: y",
        "x\x00y",
        "x\u2028Bcc: z@evil.example",
        "=?utf-8?q?x=0D=0ABcc:_z?=",
        "\ud800",
    ]
)


@given(hostile, hostile)
def test_nothing_typed_can_start_a_header(topic: str, name: str) -> None:
    worlds.provider(name=one_line(name)[:80] or "x")
    mail = queued(key=f"k{OutgoingMail.objects.count()}", context=CONTEXT | {"headline": topic, "name": name})
    message = message_from_bytes(as_bytes(mail))
    assert [key for key in message if key.lower() in {"bcc", "to", "subject", "from"}] == ["From", "To", "Subject"]
    assert message["To"] == "compte@client.example"
    assert message_from_bytes(as_bytes(mail), policy=default)["Bcc"] is None
    assert len(mail.subject) <= 200


@given(hostile)
def test_one_line_is_one_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1
    assert "\x00" not in one_line(text)
    assert subject_line(text) == subject_line(subject_line(text))
