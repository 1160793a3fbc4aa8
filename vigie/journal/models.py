"""The journal: one line for everything that happened, and the reactions that follow from it."""

from django.db import models


class Audience(models.TextChoices):
    """Who may learn that it happened."""

    CUSTOMER = "customer"
    STAFF = "staff"


class Entry(models.Model):
    """Written only by `journal.record`, in the transaction of what it tells. `id` is the cursor of live pages and the API.

    `actor_id`, `customer_id` and `conversation_id` are plain numbers: the journal stands below the nouns and outlives them.
    `data` holds JSON scalars and short lists, never a secret and never a message body.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=48)
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.STAFF)
    actor_id = models.BigIntegerField(null=True)
    customer_id = models.BigIntegerField(null=True)
    conversation_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["conversation_id", "id"], name="entry_conversation"),
            models.Index(fields=["customer_id", "id"], name="entry_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.kind}"


class ReactionState(models.TextChoices):
    WAITING = "waiting"
    DONE = "done"
    PARKED = "parked"
    DISMISSED = "dismissed"


class Reaction(models.Model):
    """One handler's duty towards one entry. A claim moves `due_at` forward by the lease; a crash lets the lease run out."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="reactions")
    handler = models.CharField(max_length=120)
    state = models.CharField(max_length=9, choices=ReactionState, default=ReactionState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "handler"], name="reaction_once")]
        indexes = [
            models.Index(fields=["due_at", "id"], name="reaction_waiting", condition=models.Q(state="waiting")),
            models.Index(fields=["id"], name="reaction_parked", condition=models.Q(state="parked")),
        ]

    def __str__(self) -> str:
        return f"{self.handler} on {self.entry_id}: {self.state}"
