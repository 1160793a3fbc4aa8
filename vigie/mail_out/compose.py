"""Putting a mail into the queue."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.conf import settings

from vigie.kernel import clock, rows
from vigie.mail_out.deliver import leaves
from vigie.mail_out.headers import address, marks, one_line, our_domain, sender
from vigie.mail_out.models import MailState, OutgoingMail
from vigie.mail_out.rendering import render
from vigie.people.provider import current

_COLUMNS = (
    "key", "kind", "recipient", "subject", "text", "html", "headers", "message_id", "language", "is_automatic", "customer_id",
    "conversation_id", "state", "attempts", "due_at", "error", "created_at",
)  # fmt: skip


def queue(
    *,
    key: str,
    kind: str,
    recipient: str,
    language: str,
    template: str,
    context: Mapping[str, Any],
    customer_id: int | None = None,
    conversation_id: int | None = None,
    automatic: bool = True,
    reply_to: str = "",
    zone: str = "",
) -> OutgoingMail:
    """Write one mail to one address and queue it in the caller's transaction; `deliver_due` sends it.

    Idempotent on `key` (at most 120 characters): the same key again returns the first mail unchanged. `language` is "fr" or
    "en", `zone` the recipient's IANA zone (the provider's when empty). `automatic=False` is for what a person wrote: it
    carries no mark of an automatic mail. Without an SMTP server, and always in the demo, the mail stays here as `kept`.
    Raises BadAddressError.
    """
    to = address(recipient)
    provider = current()
    name, from_address = sender(provider)
    subject, text, html = render(
        template, context, language=language, zone=zone or provider.timezone, provider=provider
    )
    headers = marks(kind=kind, automatic=automatic, conversation_id=conversation_id)
    headers["From-Name"], headers["From"] = name, address(from_address)
    if reply_to:
        headers["Reply-To"] = address(reply_to)
    now = clock.now()
    mail = OutgoingMail(
        key=key,
        kind=one_line(kind)[:32],
        recipient=to,
        subject=subject,
        text=text,
        html=html,
        headers=headers,
        message_id=f"<{uuid4().hex}@{our_domain()}>",
        language=language,
        is_automatic=automatic,
        customer_id=customer_id,
        conversation_id=conversation_id,
        state=MailState.QUEUED if leaves() else MailState.KEPT,
        due_at=now,
        created_at=now,
    )
    mail.pk = rows.insert(OutgoingMail, {name: getattr(mail, name) for name in _COLUMNS}, once=True)
    if mail.pk is None:  # queued before
        return OutgoingMail.objects.get(key=key)
    mail._state.adding = False  # noqa: SLF001  Django's documented way to say that the row is there
    return mail


def link(path: str) -> str:
    """An absolute address of this installation, for a mail."""
    return f"{settings.SITE_URL}{path}"
