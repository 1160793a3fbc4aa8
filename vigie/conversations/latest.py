"""The newest messages of a conversation, as pages show them."""

from vigie.conversations.models import Attachment, Message
from vigie.kernel import lookup
from vigie.people.access import Viewer
from vigie.people.models import User

_SHOWN = "FROM conversations_message WHERE conversation_id = %s AND seq BETWEEN %s AND %s"
_AUTHORS = f"id IN (SELECT user_id {_SHOWN})"
_FILES = f"message_id IN (SELECT id {_SHOWN}) ORDER BY created_at, id"


def latest(viewer: Viewer, conversation_id: int, *, before: int | None, most: int) -> tuple[list[Message], int]:
    """At most `most` messages the viewer sees with a seq under `before`, oldest first, and the seq before which more stand (0: none).

    Each has its `user`, and its attachments as `files`. Three queries.
    """
    rows = Message.objects.visible_to(viewer).filter(conversation=conversation_id)
    if before is not None:
        rows = rows.filter(seq__lt=before)
    newest = list(rows.order_by("-seq")[: most + 1])
    page = newest[:most][::-1]
    if not page:
        return [], 0
    span = (conversation_id, page[0].seq, page[-1].seq)
    authors = {one.pk: one for one in lookup.every(User, _AUTHORS, *span)}
    files: dict[int, list[Attachment]] = {}
    for file in lookup.every(Attachment, _FILES, *span):
        files.setdefault(file.message_id or 0, []).append(file)
    for message in page:
        if message.user_id is not None:
            message.user = authors[message.user_id]
        message.files = files.get(message.pk, [])
    return page, page[0].seq if len(newest) > most else 0
