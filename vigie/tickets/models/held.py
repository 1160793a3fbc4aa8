"""An agent's reply in its ten seconds of grace."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from vigie.people.models import User

from .ticket import State, Ticket


class HeldReply(models.Model):
    """Sent by `sending.release_due` at `due_at`, whatever became of the tab; until then only its author sees it.

    `error` is set when it could not be sent: it then stays with its author, who sends it again or takes it back.
    """

    id = models.BigAutoField(primary_key=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="held_replies")
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    body = models.TextField(_("Message"))
    attachment_ids = models.JSONField(default=list)
    then = models.CharField(max_length=7, choices=State, blank=True)
    client_key = models.UUIDField(unique=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_at", "id"], name="held_due", condition=models.Q(error=""))]

    def __str__(self) -> str:
        return f"held reply to {self.ticket_id}"
