"""Binding waiting uploads to the message they are sent with."""

from collections.abc import Collection
from uuid import UUID

from vigie.conversations.errors import MissingFilesError
from vigie.conversations.models import Attachment
from vigie.people.models import User


def attach(*, message_id: int, uploader: User | None, attachment_ids: Collection[UUID]) -> None:
    """In the caller's transaction. Only the uploader's own files that wait; raises MissingFilesError unless all of them do."""
    wanted = set(attachment_ids)
    waiting = Attachment.objects.filter(pk__in=wanted, uploader=uploader, message=None)
    bound = waiting.update(message=message_id) if uploader is not None else 0
    if bound != len(wanted):
        raise MissingFilesError(len(wanted) - bound)


def check_waiting(uploader: User, attachment_ids: Collection[UUID]) -> None:
    """Raises MissingFilesError unless all of them are the uploader's own and wait to be sent."""
    wanted = set(attachment_ids)
    there = Attachment.objects.filter(pk__in=wanted, uploader=uploader, message=None).count() if wanted else 0
    if there != len(wanted):
        raise MissingFilesError(len(wanted) - there)
