"""Proof links: sent to the registered address alone; using one makes its conversation verified."""

from django.db import models

from vigie.people.models import User

from .conversation import Conversation


class ProofLink(models.Model):
    """Single use, expires; `hash` is the fingerprint of the secret in the link."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="proof_links")
    address = models.EmailField()
    hash = models.CharField(max_length=64, unique=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"proof for {self.conversation_id}"
