"""How far each person has read."""

from django.db import models

from vigie.people.models import User

from .conversation import Conversation


class ReadMark(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="read_marks")
    seq = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "conversation"], name="read_mark_once")]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.conversation_id} to {self.seq}"
