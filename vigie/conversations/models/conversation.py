"""A conversation between a customer (or visitor) and staff."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from vigie.people.access import Viewer
from vigie.people.models import Customer, User

from .visible import conversations_q


class Channel(models.TextChoices):
    TICKET = "ticket", _("Ticket")
    CHAT = "chat", _("Chat")
    MAIL = "mail", _("E-mail")
    API = "api", _("API")


class Trust(models.TextChoices):
    """How sure we are who is speaking."""

    VERIFIED = "verified", _("Verified")
    CLAIMED = "claimed", _("Claimed")
    UNKNOWN = "unknown", _("Unknown")


class ConversationSet(models.QuerySet["Conversation"]):
    def visible_to(self, viewer: Viewer) -> "ConversationSet":
        """Every conversation for staff; a contact's own and those the role shows; none for anybody else."""
        return self.filter(conversations_q(viewer))


class Conversation(models.Model):
    """`last_seq` is the seq of the newest message; the next one is given under this row's lock.

    `evidence` is a list of {"kind", "at", ...}: why the trust is what it is (signed in, proof link used, DMARC ...).
    """

    channel = models.CharField(max_length=6, choices=Channel)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, db_index=False, related_name="conversations"
    )
    contact = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="conversations")
    subject = models.CharField(_("Subject"), max_length=200)
    language = models.CharField(max_length=2, default="fr")
    trust = models.CharField(max_length=8, choices=Trust, default=Trust.UNKNOWN)
    evidence = models.JSONField(default=list)
    last_seq = models.PositiveIntegerField(default=0)
    last_public_seq = models.PositiveIntegerField(default=0)
    client_key = models.UUIDField(null=True, unique=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = ConversationSet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["customer", "updated_at", "id"], name="conversation_customer")]

    def __str__(self) -> str:
        return self.subject
