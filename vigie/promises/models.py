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
    """Policy: the most specific row wins (department and priority given, then the department, then the priority, then neither).

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
            models.UniqueConstraint(fields=["channel", "kind", "department", "priority"], name="promise_once"),
            models.UniqueConstraint(
                fields=["channel", "kind", "priority"],
                name="promise_once_everywhere",
                condition=models.Q(department=None),  # SQLite takes two empty departments for different ones
            ),
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
    working time that were left when it was paused; `target` the seconds promised in all. `decided_at` is when it was met
    or broke, `took` the seconds of working time until the human answer, pauses left out. `settled_at`: nobody waits for
    it any more. Channel, department and priority are those at the start, for measuring.
    Foreign keys are only indexed where clocks are looked up by them: a clock is inserted with every ticket.
    """

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="clocks")
    kind = models.CharField(max_length=15, choices=Kind)
    channel = models.CharField(max_length=6, choices=Channel)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, db_index=False)
    priority = models.CharField(max_length=7, choices=Priority, default=Priority.REGULAR)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True, db_index=False)
    state = models.CharField(max_length=7, choices=ClockState, default=ClockState.RUNNING)
    started_at = models.DateTimeField()
    target = models.PositiveIntegerField()
    aim_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    wake_at = models.DateTimeField(null=True)
    warned = models.PositiveSmallIntegerField(default=0)
    paused_left = models.PositiveIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    took = models.PositiveIntegerField(null=True)
    settled_at = models.DateTimeField(null=True)
    promised_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, db_index=False)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "kind"],
                condition=models.Q(state__in=["running", "paused"]),
                name="clock_one_live",
            )
        ]
        indexes = [
            models.Index(fields=["wake_at", "id"], name="clock_wake", condition=models.Q(state="running")),
            models.Index(
                fields=["kind", "channel", "decided_at"],
                name="clock_decided",
                condition=models.Q(decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.conversation_id}: {self.state}"


class Tally(models.Model):
    """Kept counts of first replies, so that a month is measured without reading its clocks.

    `day` is the UTC date of the decision; `took` the seconds of working time until the answer, coarser as they grow
    (see `tallying.bucket`), or -1 while a broken promise is still unanswered. `n` clocks, `kept` of them in time.
    `department_code` is empty for none, since an empty key would not be unique on SQLite.
    """

    id = models.BigAutoField(primary_key=True)
    channel = models.CharField(max_length=6, choices=Channel)
    day = models.DateField()
    department_code = models.CharField(max_length=32, blank=True)
    priority = models.CharField(max_length=7, choices=Priority)
    took = models.IntegerField()
    n = models.IntegerField(default=0)
    kept = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "day", "department_code", "priority", "took"], name="tally_once")
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.day} {self.took} s: {self.n}"
