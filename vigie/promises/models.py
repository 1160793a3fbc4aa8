"""Promises (what the provider commits to) and clocks (one promise running on one conversation)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from vigie.conversations.models import Channel, Conversation
from vigie.people.models import Calendar, Department, User


class Priority(models.TextChoices):
    REGULAR = "regular", _("Regular")
    HIGH = "high", _("High")


class Kind(models.TextChoices):
    ACKNOWLEDGEMENT = "acknowledgement", _("Acknowledgement")
    FIRST_REPLY = "first_reply", _("First reply")
    NEXT_UPDATE = "next_update", _("Next update")


class Promise(models.Model):
    """Policy: the most specific row wins (department and priority given, then one of them, then neither).

    `aim` and `limit` are seconds of working time in `calendar`, or of all hours where it is empty. `limit` is the
    published promise; `aim` (at most `limit`) is shown to agents.
    """

    channel = models.CharField(max_length=6, choices=Channel)
    kind = models.CharField(max_length=15, choices=Kind)
    department = models.ForeignKey(Department, on_delete=models.CASCADE, null=True, blank=True)
    priority = models.CharField(max_length=7, choices=Priority, blank=True)
    aim = models.PositiveIntegerField()
    limit = models.PositiveIntegerField()
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "kind", "department", "priority"], name="promise_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.kind} {self.limit} s"


class ClockState(models.TextChoices):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BROKEN = "broken"
    DROPPED = "dropped"


class Clock(models.Model):
    """One commitment with a due instant. `wake_at` is the next instant at which the sweep has something to do.

    Broken stays broken: a late answer sets `answered_at` and keeps the state. `paused_left` holds the seconds of
    working time that were left when it was paused. Channel, department and priority are those at the start, for measuring.
    """

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="clocks")
    kind = models.CharField(max_length=15, choices=Kind)
    channel = models.CharField(max_length=6, choices=Channel)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True)
    priority = models.CharField(max_length=7, choices=Priority, default=Priority.REGULAR)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True)
    state = models.CharField(max_length=7, choices=ClockState, default=ClockState.RUNNING)
    started_at = models.DateTimeField()
    aim_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    wake_at = models.DateTimeField(null=True)
    warned = models.PositiveSmallIntegerField(default=0)
    paused_left = models.PositiveIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)
    promised_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "kind"], condition=models.Q(state__in=["running", "paused"]), name="clock_one_live"
            )
        ]
        indexes = [
            models.Index(fields=["wake_at", "id"], name="clock_wake", condition=models.Q(state="running")),
            models.Index(
                fields=["kind", "channel", "answered_at"], name="clock_answered", condition=models.Q(answered_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.conversation_id}: {self.state}"
