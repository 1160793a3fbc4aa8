"""Delivering the queue: each mail is handed to the mail server once, or shown as failed."""

import smtplib
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import clock
from vigie.mail_out.errors import NotAllowedError, NotFailedError
from vigie.mail_out.models import LOST, MailState, OutgoingMail
from vigie.mail_out.smtp import Connection, Fate, Outcome, Server, said_by
from vigie.people.access import Viewer

WAITS = (60, 120, 300, 600, 1800, 3600, 7200, 14_400)
"""Seconds before each new attempt; the last one repeats until a mail is `GIVE_UP` old."""
GIVE_UP = timedelta(hours=48)
LEASE = timedelta(minutes=5)
"""How long a mail is one worker's: longer than connecting and every answer together may take."""
AT_ONCE = 200
PER_CONNECTION = 50
_WAITING = (MailState.QUEUED, MailState.DEFERRED)


def leaves() -> bool:
    """Whether mail leaves this installation. The demo never writes to anybody."""
    return bool(settings.SMTP_URL) and not settings.DEMO


def deliver_due() -> int:
    """Hand over what is due, over one connection; returns how many mails were decided or put off.

    Any number of workers may run it. A worker killed while it holds a mail loses it to the next one when the lease is over.
    """
    if not leaves():
        return OutgoingMail.objects.filter(state__in=_WAITING).update(state=MailState.KEPT)
    server, line, handled = Server.of(settings.SMTP_URL), None, 0
    try:
        while handled < AT_ONCE:
            mail = _claim(clock.now())
            if mail is None:
                break
            handled += 1
            if line is None or handled % PER_CONNECTION == 0:
                if line is not None:
                    line.close()
                line = Connection(server)
            try:
                outcome = line.send(mail)
            except (OSError, smtplib.SMTPException) as nobody:
                # The server cannot be had: this mail waits its turn, the others are not even tried now.
                _settle(mail, Outcome(Fate.LATER, said_by(nobody)), clock.now())
                break
            _settle(mail, outcome, clock.now())
    finally:
        if line is not None:
            line.close()
    return handled


def again(*, viewer: Viewer, mail: OutgoingMail) -> OutgoingMail:
    """Queue a failed mail once more, with the same Message-ID. Raises NotAllowedError, NotFailedError."""
    if not viewer.is_staff or viewer.user is None:
        raise NotAllowedError
    now = clock.now()
    with transaction.atomic():
        state = MailState.QUEUED if leaves() else MailState.KEPT
        changed = OutgoingMail.objects.filter(pk=mail.pk, state=MailState.FAILED).update(
            state=state, due_at=now, attempts=0, error=""
        )
        if not changed:
            raise NotFailedError
        _tell("mail.queued_again", mail, now, actor_id=viewer.user.pk)
    mail.refresh_from_db()
    return mail


def _claim(now: datetime) -> OutgoingMail | None:
    """Take the mail that has waited longest: its `due_at` moves on by the lease, so that nobody else takes it."""
    due = OutgoingMail.objects.filter(state__in=_WAITING, due_at__lte=now).order_by("due_at", "id")
    if not due.exists():  # without a lock: nothing is due most of the time
        return None
    with transaction.atomic():
        skip = connection.features.has_select_for_update_skip_locked
        mail = due.select_for_update(skip_locked=skip).first()
        if mail is not None:
            mail.due_at, mail.attempts = now + LEASE, mail.attempts + 1
            mail.save(update_fields=["due_at", "attempts"])
    return mail


def _settle(mail: OutgoingMail, outcome: Outcome, now: datetime) -> None:
    mail.error = outcome.said if outcome.fate is not Fate.ACCEPTED else ""
    if outcome.fate is Fate.ACCEPTED:
        mail.state, mail.sent_at = MailState.ACCEPTED, now
    elif outcome.fate is Fate.LATER and now - mail.created_at < GIVE_UP:
        mail.state = MailState.DEFERRED
        mail.due_at = now + timedelta(seconds=WAITS[min(mail.attempts, len(WAITS)) - 1])
    else:
        # Sending a mail of unknown fate again might double it: a person decides, in the console.
        mail.state = MailState.FAILED
        if outcome.fate is Fate.UNKNOWN:
            mail.error = f"{LOST} {mail.error}"
    with transaction.atomic():
        mail.save(update_fields=["state", "sent_at", "due_at", "error"])
        if mail.state == MailState.FAILED:
            _tell("mail.failed", mail, now)


def _tell(kind: str, mail: OutgoingMail, at: datetime, actor_id: int | None = None) -> None:
    record(
        kind,
        at=at,
        audience=Audience.STAFF,
        actor_id=actor_id,
        customer_id=mail.customer_id,
        conversation_id=mail.conversation_id,
        data={"mail": mail.pk, "kind": mail.kind, "recipient": mail.recipient, "error": mail.error[:200]},
    )
