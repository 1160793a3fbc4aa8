"""Posting a message, and beginning the conversation that a first message needs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from vigie.conversations.attaching import attach
from vigie.conversations.errors import EmptyMessageError, LongMessageError
from vigie.conversations.models import Conversation, Message
from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import html, rows, search, sql
from vigie.people.models import User

LONGEST = 500_000
"""Characters of a message; more than anybody reads, and a pasted log belongs in a file."""

_READ = """
INSERT INTO conversations_readmark (user_id, conversation_id, seq, updated_at) VALUES (%s, %s, %s, %s)
ON CONFLICT (user_id, conversation_id) DO UPDATE SET seq = excluded.seq, updated_at = excluded.updated_at
WHERE conversations_readmark.seq < excluded.seq
"""
_MOVED = "UPDATE conversations_conversation SET last_seq = %s, last_public_seq = %s, updated_at = %s WHERE id = %s"
_SEQS = "SELECT last_seq, last_public_seq FROM conversations_conversation WHERE id = %s"
_BEFORE = "SELECT id FROM conversations_message WHERE conversation_id = %s AND client_key = %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said, by whom and by what way. `trust` is that of this message, whatever the conversation's is."""

    author: str
    channel: str
    body: str
    trust: str
    user: User | None = None
    author_name: str = ""
    is_note: bool = False
    client_key: UUID | None = None
    attachment_ids: Collection[UUID] = ()


def post(
    *,
    conversation: Conversation,
    author: str,
    channel: str,
    body: str,
    at: datetime,
    trust: str,
    user: User | None = None,
    author_name: str = "",
    is_note: bool = False,
    client_key: UUID | None = None,
    attachment_ids: Collection[UUID] = (),
) -> Message:
    """Add a message at the conversation's end, in the caller's transaction; `conversation` is brought up to date.

    Takes the row's lock, so `seq` has no gap and no double. Idempotent: the same `client_key` in the same conversation
    gives the message that was posted first, and nothing else happens (`message.is_repeat` tells). Raises EmptyMessageError,
    LongMessageError, MissingFilesError.
    """
    said = Said(
        author=author, channel=channel, body=body, trust=trust, user=user, author_name=author_name, is_note=is_note,
        client_key=client_key, attachment_ids=attachment_ids,
    )  # fmt: skip
    check(said)
    _lock(conversation)
    if client_key is not None:
        before = sent_before(conversation.pk, client_key)
        if before is not None:
            return before
    conversation.last_seq += 1
    if not is_note:
        conversation.last_public_seq = conversation.last_seq
        conversation.updated_at = at
    sql.change(_MOVED, (conversation.last_seq, conversation.last_public_seq, rows.bound(conversation.updated_at), conversation.pk))
    message = Message(**_write(conversation, said, at, findable=said.body))
    message.conversation, message.user = conversation, user
    message._state.adding = False  # noqa: SLF001  Django's documented way to say that the row is there
    return message


def begin(
    *, said: Said, subject: str, customer_id: int | None, contact_id: int | None, language: str, evidence: list[dict[str, Any]],
    at: datetime, client_key: UUID | None = None,
) -> Conversation | None:  # fmt: skip
    """A new conversation with its first message, in the caller's transaction; None when `client_key` began one before.

    The conversation's trust is that of its first message. Raises as `post` does.
    """
    check(said)
    subject = rows.storable(subject)
    conversation = Conversation(
        channel=said.channel, customer_id=customer_id, contact_id=contact_id, subject=subject, language=language,
        trust=said.trust, evidence=evidence, last_seq=1, last_public_seq=1, client_key=client_key, created_at=at, updated_at=at,
    )  # fmt: skip
    names = (
        "channel", "customer_id", "contact_id", "subject", "language", "trust", "evidence", "last_seq", "last_public_seq",
        "client_key", "created_at", "updated_at",
    )  # fmt: skip
    conversation.pk = rows.insert(Conversation, {name: getattr(conversation, name) for name in names}, once=True)
    if conversation.pk is None:
        return None
    conversation._state.adding = False  # noqa: SLF001  Django's documented way to say that the row is there
    _write(conversation, said, at, findable=f"{subject}\n{said.body}")
    return conversation


def sent_before(conversation_id: int, client_key: UUID) -> Message | None:
    """What this key posted in this conversation, marked `is_repeat`; None for a key not seen yet (one plain lookup)."""
    found = sql.ask(_BEFORE, (conversation_id, rows.bound(client_key)))
    if not found:
        return None
    message = Message.objects.get(pk=found[0][0])
    message.is_repeat = True
    return message


def check(said: Said) -> None:
    """Raises EmptyMessageError or LongMessageError; for verbs that must know before they write anything."""
    if not said.body.strip() and not said.attachment_ids:
        raise EmptyMessageError
    if len(said.body) > LONGEST:
        raise LongMessageError


def _lock(conversation: Conversation) -> None:
    """Hold the row until the commit and know its newest seq. SQLite holds the whole file already."""
    if not connection.in_atomic_block:
        msg = "a message is posted inside a transaction"
        raise transaction.TransactionManagementError(msg)
    held = " FOR UPDATE" if connection.vendor == "postgresql" else ""
    (found,) = sql.ask(f"{_SEQS}{held}", (conversation.pk,))
    conversation.last_seq, conversation.last_public_seq = found


def _write(conversation: Conversation, said: Said, at: datetime, findable: str) -> dict[str, Any]:
    """The columns of the new row, its `id` among them."""
    user, body = said.user, rows.storable(said.body)
    row = {
        "conversation_id": conversation.pk, "seq": conversation.last_seq, "author": said.author,
        "user_id": user.pk if user else None,
        "author_name": rows.storable(said.author_name or (user.name if user else ""))[:120], "channel": said.channel,
        "is_note": said.is_note, "body": body, "html": html.markdown(body), "trust": said.trust, "client_key": said.client_key,
        "created_at": at,
    }  # fmt: skip
    row["id"] = rows.insert(Message, row)
    if said.attachment_ids:
        attach(message_id=row["id"], uploader=user, attachment_ids=said.attachment_ids)
    search.index(
        message_id=row["id"], conversation_id=conversation.pk, customer_id=conversation.customer_id,
        is_note=said.is_note, text=findable,
    )  # fmt: skip
    if user is not None:
        mark(user_id=user.pk, conversation_id=conversation.pk, seq=conversation.last_seq, at=at)
    record(
        "message.posted", at=at, audience=Audience.STAFF if said.is_note else Audience.CUSTOMER,
        actor_id=user.pk if user else None, customer_id=conversation.customer_id, conversation_id=conversation.pk,
        data={"seq": conversation.last_seq, "author": said.author, "is_note": said.is_note},
    )  # fmt: skip
    return row


def mark(*, user_id: int, conversation_id: int, seq: int, at: datetime) -> bool:
    """Move the user's read mark forward to `seq`, never back; whether it moved."""
    return sql.change(_READ, (user_id, conversation_id, seq, rows.bound(at))) > 0

