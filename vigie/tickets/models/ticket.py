"""A ticket is a conversation with a number, a department, a priority, a state, an assignee and promises."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from vigie.conversations.models import Conversation
from vigie.conversations.models.visible import conversations_q
from vigie.inventory.models import Service
from vigie.people.access import Viewer
from vigie.people.models import Department, Team, User
from vigie.promises.models import Priority


class State(models.TextChoices):
    NEW = "new", _("New")
    OPEN = "open", _("Open")
    WAITING = "waiting", _("Waiting for customer")
    HOLD = "hold", _("On hold")
    SOLVED = "solved", _("Solved")
    CLOSED = "closed", _("Closed")


ACTIVE = (State.NEW, State.OPEN)
"""States in which staff have something to do."""

UNSOLVED = (State.NEW, State.OPEN, State.WAITING, State.HOLD)


class TicketSet(models.QuerySet["Ticket"]):
    def visible_to(self, viewer: Viewer) -> "TicketSet":
        """Every ticket for staff; a contact's own and those the role shows; none for anybody else."""
        return self.filter(conversations_q(viewer, "conversation__"))


class Ticket(models.Model):
    """`due_at` is the earliest instant at which the customer is owed a human word: the due of the first-reply and
    next-update clocks that run, or broke and are not answered (empty: none). `queue_at` is `due_at`, or where there is none
    a thousand years after the ticket was last touched: never empty, so that the queue is one index.


    `began_at` is an instant; `began_zone` the IANA zone in which the customer stated it. `snippet` is the start of the
    newest message a customer may see. `urgency` is 0 for High and 1 for Regular.
    """

    conversation = models.OneToOneField(Conversation, on_delete=models.PROTECT, primary_key=True, related_name="ticket")
    number = models.PositiveBigIntegerField(unique=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False)
    priority = models.CharField(max_length=7, choices=Priority, default=Priority.REGULAR)
    urgency = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=7, choices=State, default=State.NEW)
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="assigned_tickets")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, db_index=False)
    service = models.ForeignKey(Service, on_delete=models.SET_NULL, null=True)
    began_at = models.DateTimeField(null=True)
    began_zone = models.CharField(max_length=64, blank=True)
    diagnostics = models.TextField(blank=True)
    snippet = models.CharField(max_length=160, blank=True)
    due_at = models.DateTimeField(null=True)
    queue_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    solved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    follows = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="follow_ups")
    score = models.PositiveSmallIntegerField(null=True)
    score_comment = models.TextField(blank=True)
    scored_at = models.DateTimeField(null=True)

    is_repeat = False
    """Set on what `open_ticket` returns when the key was known: nothing was opened this time."""

    objects = TicketSet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["urgency", "queue_at", "conversation"],
                name="ticket_queue",
                condition=models.Q(state__in=["new", "open"]),
            ),
            models.Index(
                fields=["department", "urgency", "queue_at", "conversation"],
                name="ticket_department_queue",
                condition=models.Q(state__in=["new", "open"]),
            ),
            models.Index(
                fields=["team", "urgency", "queue_at", "conversation"],
                name="ticket_team_queue",
                condition=models.Q(state__in=["new", "open"]),
            ),
            models.Index(
                fields=["assignee", "urgency", "queue_at", "conversation"],
                name="ticket_assignee_queue",
                condition=models.Q(state__in=["new", "open", "waiting", "hold"]),
            ),
            models.Index(
                fields=["urgency", "queue_at", "conversation"],
                name="ticket_unassigned_queue",
                condition=models.Q(state__in=["new", "open"], assignee=None),
            ),
            models.Index(
                fields=["state", "urgency", "queue_at", "conversation"],
                name="ticket_parked",
                condition=models.Q(state__in=["waiting", "hold"]),
            ),
            models.Index(fields=["state", "conversation"], name="ticket_state"),
            models.Index(fields=["solved_at", "conversation"], name="ticket_solved", condition=models.Q(state="solved")),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"
