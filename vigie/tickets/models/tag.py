"""Words staff put on tickets."""

from django.db import models

from .ticket import Ticket


class Tag(models.Model):
    """A word that staff put on a ticket; lower case, never shown to customers."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "name"], name="tag_once")]
        indexes = [models.Index(fields=["name", "ticket"], name="tag_name")]

    def __str__(self) -> str:
        return self.name
