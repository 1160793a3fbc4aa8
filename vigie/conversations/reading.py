"""How far somebody has read."""

from django.db import transaction

from vigie.conversations.models import Conversation
from vigie.conversations.posting import mark
from vigie.kernel import clock
from vigie.people.access import Viewer


def mark_read(*, viewer: Viewer, conversation: Conversation, seq: int) -> bool:
    """The viewer has seen everything up to `seq`; marks only move forward. Whether it moved. Idempotent.

    `conversation` was fetched through `visible_to`. A customer's mark stops at the newest message a customer may see.
    """
    if viewer.user is None:
        return False
    newest = conversation.last_seq if viewer.is_staff else conversation.last_public_seq
    with transaction.atomic():
        return mark(
            user_id=viewer.user.pk, conversation_id=conversation.pk, seq=max(0, min(seq, newest)), at=clock.now()
        )
