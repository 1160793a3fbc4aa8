"""Files sent with messages. Until the message is sent they belong to their uploader alone."""

import uuid

from django.db import models

from vigie.people.access import Viewer
from vigie.people.models import User

from .message import Message
from .visible import conversations_q


class AttachmentSet(models.QuerySet["Attachment"]):
    def visible_to(self, viewer: Viewer) -> "AttachmentSet":
        """The files of messages the viewer sees, and the viewer's own uploads not sent yet."""
        if viewer.user is None:
            return self.none()
        sent = models.Q(message__isnull=False)
        if not viewer.is_staff:
            sent &= conversations_q(viewer, "message__conversation__") & models.Q(message__is_note=False)
        return self.filter(sent | models.Q(message=None, uploader=viewer.user.pk))


class Attachment(models.Model):
    """`stored` is a generated storage name; `name` the sender's label, only ever shown escaped; `media_type` was sniffed.

    `uploader` plus no `message`: an upload waiting to be sent, reachable by the uploader only.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="attachments")
    uploader = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    name = models.CharField(max_length=255)
    stored = models.CharField(max_length=80, unique=True)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    thumbnail = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()

    objects = AttachmentSet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], name="attachment_unsent", condition=models.Q(message=None)),
            models.Index(fields=["uploader"], name="attachment_unsent_of", condition=models.Q(message=None)),
        ]

    def __str__(self) -> str:
        return self.name
