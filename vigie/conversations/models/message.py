"""One message of a conversation."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from vigie.people.access import Viewer
from vigie.people.models import User

from .conversation import Channel, Conversation, Trust
from .visible import conversations_q


class Author(models.TextChoices):
    """Who wrote it. `auto` is Vigie itself; such a message never meets a first-reply clock."""

    CUSTOMER = "customer", _("Customer")
    AGENT = "agent", _("Agent")
    AUTO = "auto", _("Automatic")


class MessageSet(models.QuerySet["Message"]):
    def visible_to(self, viewer: Viewer) -> "MessageSet":
        """Every message for staff; for contacts those of conversations they see, never an internal note."""
        if viewer.is_staff:
            return self.all()
        return self.filter(conversations_q(viewer, "conversation__"), is_note=False)


class Message(models.Model):
    """`seq` counts up by one inside a conversation. `is_note`: internal, never shown outside staff.

    `body` is what was typed (Markdown); `html` is it rendered and sanitised once, at writing.
    `client_key` is the sender's UUID: the same key in the same conversation is the same message.
    """

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="messages")
    seq = models.PositiveIntegerField()
    author = models.CharField(max_length=8, choices=Author)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    author_name = models.CharField(max_length=120, blank=True)
    channel = models.CharField(max_length=6, choices=Channel)
    is_note = models.BooleanField(default=False)
    body = models.TextField()
    html = models.TextField()
    trust = models.CharField(max_length=8, choices=Trust, default=Trust.UNKNOWN)
    client_key = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    is_repeat = False
    """Set on what `post` returns when the key was known: nothing was posted this time."""

    files: Sequence[Any] = ()
    """The attachments, on what `latest` returns."""

    objects = MessageSet.as_manager()

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="message_order"),
            models.UniqueConstraint(fields=["conversation", "client_key"], name="message_once"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}/{self.seq}"
