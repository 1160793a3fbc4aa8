"""Numbers that are kept, so that nothing is counted while somebody waits."""

from django.db import models


class TicketCounter(models.Model):
    """The last ticket number given, one row; read and raised under its lock."""

    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.last)


class QueueCount(models.Model):
    """Kept counts for the console's rail, one row a place (`tickets.counting`): `todo`, `high`, `unassigned`, `waiting`,
    `hold`, `department:<code>`, `team:<id>`, `mine:<user id>`.
    """

    place = models.CharField(max_length=48, primary_key=True)
    n = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.place}: {self.n}"
