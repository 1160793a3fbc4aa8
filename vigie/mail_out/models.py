"""Mail that leaves: a persisted queue. Without an SMTP server it stays here, and the console shows it."""

from django.db import models


class MailState(models.TextChoices):
    QUEUED = "queued"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    FAILED = "failed"
    KEPT = "kept"


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

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], name="mail_due", condition=models.Q(state__in=["queued", "deferred"])),
            models.Index(fields=["conversation_id", "id"], name="mail_conversation"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}"
