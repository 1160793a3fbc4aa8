"""The newest messages of a conversation, as pages show them."""

from vigie.conversations.models import Attachment, Conversation, Message
from vigie.conversations.models.visible import sees
from vigie.kernel import lookup
from vigie.people.access import Viewer
from vigie.people.models import User

_OF = "conversation_id = %s AND seq < %s"
_ALL = f"{_OF} ORDER BY seq DESC LIMIT %s"
_TOLD = f"{_OF} AND NOT is_note ORDER BY seq DESC LIMIT %s"
_SHOWN = "FROM conversations_message WHERE conversation_id = %s AND seq BETWEEN %s AND %s"
_AUTHORS = f"id IN (SELECT user_id {_SHOWN})"
_FILES = f"message_id IN (SELECT id {_SHOWN}) ORDER BY created_at, id"
_NEWEST = 2**31 - 1
"""Above every seq."""


def latest(
    viewer: Viewer, conversation: Conversation, department: str | None, *, before: int | None, most: int
) -> tuple[list[Message], int]:
    """At most `most` messages the viewer sees with a seq under `before`, oldest first, and the seq before which more stand (0: none).

    `department` is the code of the conversation's ticket's, None where it has no ticket. Each message has its `user`, and its
    attachments as `files`. None of a conversation the viewer does not see, and for contacts never a note. Three queries.
    """
    if not sees(viewer, conversation, department):
        return [], 0
    of = _ALL if viewer.is_staff else _TOLD
    newest = lookup.every(Message, of, conversation.pk, _NEWEST if before is None else before, most + 1)
    page = newest[:most][::-1]
    if not page:
        return [], 0
    span = (conversation.pk, page[0].seq, page[-1].seq)
    authors = {one.pk: one for one in lookup.every(User, _AUTHORS, *span)}
    files: dict[int, list[Attachment]] = {}
    for file in lookup.every(Attachment, _FILES, *span):
        files.setdefault(file.message_id or 0, []).append(file)
    for message in page:
        if message.user_id is not None:
            message.user = authors[message.user_id]
        message.files = files.get(message.pk, [])
    return page, page[0].seq if len(newest) > most else 0
