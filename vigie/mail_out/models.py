"""Mail that leaves: a persisted queue. Without an SMTP server it stays here, and the console shows it."""

from django.db import models
from django.utils.translation import gettext, pgettext_lazy

from vigie.people.access import Viewer

LOST = "[lost after sending]"
"""Before the error of a mail whose connection was lost when the server had all of it: it may have arrived."""


class MailState(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("mail", "Queued")
    ACCEPTED = "accepted", pgettext_lazy("mail", "Accepted by the mail server")
    DEFERRED = "deferred", pgettext_lazy("mail", "Put off, will be tried again")
    FAILED = "failed", pgettext_lazy("mail", "Failed")
    KEPT = "kept", pgettext_lazy("mail", "Kept here: no mail server is set up")


class MailQuerySet(models.QuerySet["OutgoingMail"]):
    def visible_to(self, viewer: Viewer) -> "MailQuerySet":
        """The outbox is for staff alone."""
        return self if viewer.is_staff else self.none()


class OutgoingMail(models.Model):
    """One message to one address. `message_id` is the same on every attempt; `key` makes queueing idempotent.

    `kept`: no SMTP server is configured, the embedded outbox holds it. `accepted`: the mail server took it.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=32)
    recipient = models.EmailField()
    subject = models.CharField(max_length=255)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    message_id = models.CharField(max_length=160)
    language = models.CharField(max_length=2)
    is_automatic = models.BooleanField(default=True)
    customer_id = models.BigIntegerField(null=True)
    conversation_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=MailState, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="mail_due", condition=models.Q(state__in=["queued", "deferred"])
            ),
            models.Index(fields=["conversation_id", "id"], name="mail_conversation"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}"

    @property
    def reason(self) -> str:
        """Why it failed or was put off: the server's own words, or ours in the active language."""
        if self.error.startswith(LOST):
            lost = gettext("The connection was lost after the whole mail was sent: it may have arrived.")
            return f"{lost} {self.error.removeprefix(LOST).strip()}"
        return self.error
