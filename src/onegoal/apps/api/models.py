"""Answers kept for calls that carried an idempotency key."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class IdempotentCall(models.Model):
    """One call with a key; `status` stays empty while the call is still running."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    principal = models.CharField(max_length=40)
    key = models.CharField(max_length=255)
    target = models.CharField(max_length=300)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(default=b"")
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["principal", "key"], name="one_call_for_each_key")]

    def __str__(self) -> str:
        return f"{self.principal} {self.key}"
