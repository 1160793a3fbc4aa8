"""What somebody has typed and not sent."""

from django.db import models

from vigie.people.models import User


class Draft(models.Model):
    """One per person and place; `place` is `new:<customer id>`, `reply:<conversation id>` or `note:<conversation id>`.

    `data` maps field names to what stands in them, exactly as typed.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    place = models.CharField(max_length=48)
    data = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "place"], name="draft_once")]

    def __str__(self) -> str:
        return self.place
