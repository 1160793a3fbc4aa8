"""Answers kept for a day, so that a request sent twice is done once."""

from typing import ClassVar

from django.db import models


class KeptAnswer(models.Model):
    """What a user's request with an `Idempotency-Key` was answered. `fingerprint` is that of method, path and body."""

    user_id = models.BigIntegerField()
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user_id", "key"], name="kept_answer_once")]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="kept_answer_age")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"
