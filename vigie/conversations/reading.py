"""How far somebody has read."""

from django.db import connection, transaction

from vigie.conversations.models import Conversation
from vigie.conversations.posting import mark
from vigie.kernel import clock
from vigie.people.access import Viewer

_STANDS = "SELECT 1 FROM conversations_readmark WHERE user_id = %s AND conversation_id = %s AND seq >= %s"


def mark_read(*, viewer: Viewer, conversation: Conversation, seq: int) -> bool:
    """The viewer has seen everything up to `seq`; marks only move forward. Whether it moved. Idempotent.

    `conversation` was fetched through `visible_to`. A customer's mark stops at the newest message a customer may see.
    A page looked at again writes nothing.
    """
    if viewer.user is None:
        return False
    newest = conversation.last_seq if viewer.is_staff else conversation.last_public_seq
    key = (viewer.user.pk, conversation.pk)
    upto = max(0, min(seq, newest))
    with connection.cursor() as cursor:
        cursor.execute(_STANDS, [*key, upto])
        if cursor.fetchall():
            return False
    with transaction.atomic():
        return mark(user_id=key[0], conversation_id=key[1], seq=upto, at=clock.now())
