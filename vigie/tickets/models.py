"""A ticket is a conversation with a number, a department, a priority, a state, an assignee and promises."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from vigie.conversations.models import Conversation
from vigie.inventory.models import Service
from vigie.people.models import Department, Team, User
from vigie.promises.models import Priority


class State(models.TextChoices):
    NEW = "new", _("New")
    OPEN = "open", _("Open")
    WAITING = "waiting", _("Waiting for customer")
    HOLD = "hold", _("On hold")
    SOLVED = "solved", _("Solved")
    CLOSED = "closed", _("Closed")


class Ticket(models.Model):
    """`due_at` is the earliest due instant of the running clocks (empty: none runs), kept by the verbs for the queue.

    `began_at` is an instant; `began_zone` the IANA zone in which the customer stated it. `snippet` is the start of the
    newest message a customer may see. `urgency` is 0 for High and 1 for Regular, so that the queue is one index.
    """

    conversation = models.OneToOneField(Conversation, on_delete=models.PROTECT, primary_key=True, related_name="ticket")
    number = models.PositiveBigIntegerField(unique=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT)
    priority = models.CharField(max_length=7, choices=Priority, default=Priority.REGULAR)
    urgency = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=7, choices=State, default=State.NEW)
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="assigned_tickets")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True)
    service = models.ForeignKey(Service, on_delete=models.SET_NULL, null=True)
    began_at = models.DateTimeField(null=True)
    began_zone = models.CharField(max_length=64, blank=True)
    diagnostics = models.TextField(blank=True)
    snippet = models.CharField(max_length=160, blank=True)
    due_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    solved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    follows = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="follow_ups")
    score = models.PositiveSmallIntegerField(null=True)
    score_comment = models.TextField(blank=True)
    scored_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["urgency", "due_at", "conversation"],
                name="ticket_queue",
                condition=models.Q(state__in=["new", "open"]),
            ),
            models.Index(
                fields=["department", "urgency", "due_at", "conversation"],
                name="ticket_department_queue",
                condition=models.Q(state__in=["new", "open"]),
            ),
            models.Index(
                fields=["assignee", "urgency", "due_at", "conversation"],
                name="ticket_assignee_queue",
                condition=models.Q(state__in=["new", "open", "waiting", "hold"]),
            ),
            models.Index(fields=["state", "conversation"], name="ticket_state"),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"


class Tag(models.Model):
    """A word that staff put on a ticket; lower case, never shown to customers."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "name"], name="tag_once")]
        indexes = [models.Index(fields=["name", "ticket"], name="tag_name")]

    def __str__(self) -> str:
        return self.name


class TicketCounter(models.Model):
    """The last ticket number given, one row; read and raised under its lock."""

    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.last)


class QueueCount(models.Model):
    """Kept counts for the console's rail: `place` is `todo`, `unassigned`, `waiting`, `hold`, `department:<code>`, `mine:<user id>`."""

    place = models.CharField(max_length=48, primary_key=True)
    n = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.place}: {self.n}"
