"""The numbers of messages as somebody outside may know them: contacts count what they see, so that no gap tells of a note.

A note never becomes a message and no message goes, so a number once told stays.
"""

from collections.abc import Sequence

from django.db import models

from vigie.conversations.models import Conversation, Message
from vigie.people.access import Viewer


def shown_as(viewer: Viewer, messages: Sequence[Message]) -> dict[int, int]:
    """By id. `messages` follow each other, in order, as the viewer sees one conversation. Staff get `seq` itself."""
    if viewer.is_staff or not messages:
        return {one.pk: one.seq for one in messages}
    first = messages[0]
    before = _seen(first.conversation_id).filter(seq__lt=first.seq).count()
    return {one.pk: before + place for place, one in enumerate(messages, start=1)}


def seq_of(viewer: Viewer, conversation: Conversation, number: int) -> int:
    """The `seq` behind a number the viewer was told; 0 for 0, the newest one they see for one too high."""
    if viewer.is_staff or number < 1:
        return number
    found = _seen(conversation.pk).order_by("seq").values_list("seq", flat=True)[number - 1 : number].first()
    return conversation.last_public_seq if found is None else found


def _seen(conversation_id: int) -> models.QuerySet[Message]:
    return Message.objects.filter(conversation=conversation_id, is_note=False)
