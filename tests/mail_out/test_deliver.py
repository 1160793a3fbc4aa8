"""Delivery against mail servers on loopback: each mail is sent once, put off, or shown as failed."""

import threading
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from django.db import connections

from tests import worlds
from tests.conftest import Hold
from tests.mail_out.servers import Scripted, real_server
from tests.mail_out.test_compose import queued
from vigie.journal.models import Entry
from vigie.kernel import clock
from vigie.mail_out import deliver
from vigie.mail_out.errors import NotAllowedError, NotFailedError, ServerAddressError
from vigie.mail_out.models import MailState, OutgoingMail
from vigie.mail_out.smtp import Server

pytestmark = pytest.mark.django_db
CLOSE = Scripted.CLOSE


def state_of(mail: OutgoingMail) -> str:
    mail.refresh_from_db()
    return mail.state


def test_mails_are_handed_over_once_on_one_connection(settings: Any) -> None:
    with real_server() as server:
        settings.SMTP_URL = server.url
        mails = [queued(key=f"k{n}", recipient=f"a{n}@client.example") for n in range(3)]
        assert [mail.state for mail in mails] == [MailState.QUEUED] * 3
        assert deliver.deliver_due() == 3
        assert deliver.deliver_due() == 0
    assert [rcpt for _from, rcpt, _body in server.mails] == [[mail.recipient] for mail in mails]
    assert {state_of(mail) for mail in mails} == {MailState.ACCEPTED}
    assert mails[0].sent_at is not None
    assert server.connections == 1
    assert message_from_bytes(server.mails[0][2], policy=default)["Message-ID"] == mails[0].message_id


def test_a_line_that_is_a_dot_arrives_as_it_is(settings: Any) -> None:
    with real_server() as server:
        settings.SMTP_URL = server.url
        mail = queued()
        OutgoingMail.objects.filter(pk=mail.pk).update(text="before\n.\n..after\n")
        deliver.deliver_due()
    found: Any = message_from_bytes(server.mails[0][2], policy=default).get_body(("plain",))  # type: ignore[attr-defined]
    assert found.get_content().splitlines() == ["before", ".", "..after"]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # aiosmtpd, about our test server
def test_the_server_signs_us_in(settings: Any) -> None:
    seen: list[Any] = []

    def check(_server: Any, _session: Any, _envelope: Any, _how: str, data: Any) -> Any:
        from aiosmtpd.smtp import AuthResult

        seen.append(data)
        return AuthResult(success=data.password == b"p@ss word", handled=False)

    with real_server(authenticator=check, auth_required=True, auth_require_tls=False) as server:
        host = server.url.removeprefix("smtp://")
        settings.SMTP_URL = f"smtp://desk:wrong@{host}"
        mail = queued()
        deliver.deliver_due()
        assert state_of(mail) == MailState.DEFERRED and mail.error.startswith("535")
        OutgoingMail.objects.update(due_at=clock.now())
        settings.SMTP_URL = f"smtp://desk:p%40ss%20word@{host}"
        deliver.deliver_due()
        assert state_of(mail) == MailState.ACCEPTED
    assert len(server.mails) == 1 and len(seen) >= 2


def test_starttls_is_never_given_up(settings: Any) -> None:
    with real_server() as server:
        settings.SMTP_URL = server.url.replace("smtp://", "smtp+starttls://")
        mail = queued()
        deliver.deliver_due()
    assert state_of(mail) == MailState.DEFERRED
    assert server.mails == []


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "DOT"])
def test_4xx_puts_a_mail_off_and_a_later_attempt_sends_it_once(verb: str, settings: Any, hold: Hold) -> None:
    hold("2026-11-24 13:40")
    with Scripted(**{verb: "451 greylisted"}) as server:
        settings.SMTP_URL = server.url
        mail = queued()
        deliver.deliver_due()
        assert state_of(mail) == MailState.DEFERRED
        assert (mail.error, mail.attempts, mail.due_at) == ("451 greylisted", 1, hold.at + deliver.timedelta(minutes=1))
        assert deliver.deliver_due() == 0
        server.answers.clear()
        hold.forward(minutes=1)
        server.whole = 0
        assert deliver.deliver_due() == 1
        assert state_of(mail) == MailState.ACCEPTED
        assert server.whole == 1


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "DOT"])
def test_5xx_fails_on_the_conversation(verb: str, settings: Any) -> None:
    with Scripted(**{verb: "550 no such user"}) as server:
        settings.SMTP_URL = server.url
        conversation = worlds.conversation()
        mail = queued(conversation_id=conversation.pk, customer_id=conversation.customer_id)
        deliver.deliver_due()
        assert deliver.deliver_due() == 0
    assert state_of(mail) == MailState.FAILED
    entry = Entry.objects.get(kind="mail.failed")
    assert (entry.conversation_id, entry.audience) == (conversation.pk, "staff")
    assert entry.data["error"] == "550 no such user"


def test_one_refused_mail_does_not_hold_up_the_next(settings: Any) -> None:
    with Scripted(RCPT="550 no such user") as server:
        settings.SMTP_URL = server.url
        first, second = queued(key="k1"), queued(key="k2")
        deliver.deliver_due()
    assert [state_of(first), state_of(second)] == [MailState.FAILED, MailState.FAILED]


@pytest.mark.parametrize("verb", ["GREETING", "EHLO", "MAIL", "RCPT", "DATA"])
def test_a_connection_dropped_before_the_mail_was_whole_is_tried_again(verb: str, settings: Any, hold: Hold) -> None:
    hold("2026-11-24 13:40")
    with Scripted(**{verb: CLOSE}) as server:
        settings.SMTP_URL = server.url
        mail = queued()
        deliver.deliver_due()
        assert state_of(mail) == MailState.DEFERRED
        assert server.whole == 0
        server.answers.clear()
        hold.forward(minutes=1)
        deliver.deliver_due()
        assert state_of(mail) == MailState.ACCEPTED
        assert server.whole == 1


def test_a_connection_dropped_after_the_whole_mail_is_shown_not_doubled(settings: Any) -> None:
    with Scripted(DOT=CLOSE) as server:
        settings.SMTP_URL = server.url
        mail = queued()
        deliver.deliver_due()
        assert deliver.deliver_due() == 0
        assert server.whole == 1
    assert state_of(mail) == MailState.FAILED
    assert "may have arrived" in mail.reason or "arrivé" in mail.reason
    assert Entry.objects.filter(kind="mail.failed").count() == 1


def test_a_server_that_says_421_is_met_again_on_a_new_connection(settings: Any) -> None:
    with Scripted(MAIL="421 too many") as server:
        settings.SMTP_URL = server.url
        mails = [queued(key="k1"), queued(key="k2")]
        assert deliver.deliver_due() == 2
        assert {state_of(mail) for mail in mails} == {MailState.DEFERRED}


def test_with_no_server_there_one_mail_waits_and_the_others_stay_queued(settings: Any) -> None:
    settings.SMTP_URL = "smtp://127.0.0.1:9"
    mails = [queued(key="k1"), queued(key="k2")]
    assert deliver.deliver_due() == 1
    assert [state_of(mail) for mail in mails] == [MailState.DEFERRED, MailState.QUEUED]


def test_after_two_days_it_is_given_up(settings: Any, hold: Hold) -> None:
    hold("2026-11-24 13:40")
    settings.SMTP_URL = "smtp://127.0.0.1:9"
    mail = queued()
    attempts = 0
    while state_of(mail) != MailState.FAILED:
        attempts += 1
        hold(max(mail.due_at, hold.at))
        deliver.deliver_due()
        assert attempts < 30
    assert hold.at - mail.created_at >= deliver.GIVE_UP
    assert Entry.objects.filter(kind="mail.failed").count() == 1


def test_the_demo_never_writes_to_anybody(settings: Any) -> None:
    with real_server() as server:
        settings.SMTP_URL, settings.DEMO = server.url, True
        mail = queued()
        deliver.deliver_due()
        assert state_of(mail) == MailState.KEPT
        assert server.mails == []


def test_mail_still_queued_when_the_server_is_taken_away_is_kept(settings: Any) -> None:
    settings.SMTP_URL = "smtp://127.0.0.1:9"
    mail = queued()
    settings.SMTP_URL = ""
    assert deliver.deliver_due() == 1
    assert state_of(mail) == MailState.KEPT


def test_staff_send_a_failed_mail_again(settings: Any) -> None:
    with Scripted(DOT="554 spam") as server:
        settings.SMTP_URL = server.url
        mail = queued()
        deliver.deliver_due()
        mail.refresh_from_db()
        with pytest.raises(NotAllowedError):
            deliver.again(viewer=worlds.seen_by(worlds.contact()), mail=mail)
        server.answers.clear()
        agent = worlds.seen_by(worlds.agent())
        deliver.again(viewer=agent, mail=mail)
        with pytest.raises(NotFailedError):
            deliver.again(viewer=agent, mail=mail)
        deliver.deliver_due()
    assert state_of(mail) == MailState.ACCEPTED


def test_customers_see_no_outbox() -> None:
    mail = queued()
    assert list(OutgoingMail.objects.visible_to(worlds.seen_by(worlds.agent()))) == [mail]
    assert list(OutgoingMail.objects.visible_to(worlds.seen_by(worlds.contact()))) == []


@pytest.mark.django_db(transaction=True)
def test_several_workers_send_each_mail_once(settings: Any) -> None:
    with real_server() as server:
        settings.SMTP_URL = server.url
        for n in range(20):
            queued(key=f"k{n}", recipient=f"a{n}@client.example")

        def work() -> None:
            deliver.deliver_due()
            connections.close_all()

        workers = [threading.Thread(target=work) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert sorted(rcpt[0] for _from, rcpt, _body in server.mails) == sorted(f"a{n}@client.example" for n in range(20))


@pytest.mark.parametrize("url", ["localhost:25", "http://mail.example", "smtp://", "smtp://mail.example:port"])
def test_an_address_of_a_server_that_cannot_be_read_is_told(url: str) -> None:
    with pytest.raises(ServerAddressError):
        Server.of(url)
