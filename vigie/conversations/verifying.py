"""Making a conversation verified, with the evidence kept beside it."""

from datetime import datetime
from typing import Any

from vigie.conversations.models import Conversation, Trust
from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.people.models import User


def verify(
    *, conversation: Conversation, kind: str, by: User | None, at: datetime, detail: dict[str, Any] | None = None
) -> None:
    """Set the conversation verified and add the evidence, in the caller's transaction; `conversation` is brought up to date.

    `kind` of evidence: `signed_in`, `token`, `proof_link`. Journaled when the trust rises.
    """
    fresh = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    known = {"kind": kind, "at": at.isoformat(), "user": by.pk if by else None, **(detail or {})}
    conversation.evidence = [*fresh.evidence, known]
    conversation.trust = Trust.VERIFIED
    conversation.save(update_fields=["trust", "evidence"])
    if fresh.trust != Trust.VERIFIED:
        tell("conversation.verified", conversation, at=at, by=by, audience=Audience.CUSTOMER, data={"by": kind})


def tell(
    kind: str, conversation: Conversation, *, at: datetime, by: User | None, audience: Audience, data: dict[str, Any]
) -> None:
    """The journal's line about a conversation, in the caller's transaction."""
    record(
        kind,
        at=at,
        audience=audience,
        actor_id=by.pk if by else None,
        customer_id=conversation.customer_id,
        conversation_id=conversation.pk,
        data=data,
    )
