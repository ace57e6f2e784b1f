"""The trail of every change of a record, and which parts of the warehouse it made stale."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

CHUNK_SIZE = 20_000  # records in one warehouse file: small enough to rewrite in a fraction of a second


class Action(models.TextChoices):
    CREATE = "create", _("created")
    UPDATE = "update", _("changed")
    DELETE = "delete", _("deleted")


class AuditEntry(models.Model):
    """One change of one record; `before` and `after` hold only the fields that changed."""

    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    via = models.CharField(_("through"), max_length=40)
    batch = models.CharField(max_length=40, blank=True, default="")
    entity = models.CharField(_("record"), max_length=40)
    entity_id = models.BigIntegerField()
    action = models.CharField(_("change"), max_length=6, choices=Action.choices)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["entity", "entity_id", "-at"], name="audit_by_entity"),
            models.Index(fields=["-at", "-id"], name="audit_by_time"),
            models.Index(fields=["batch", "id"], name="audit_by_batch", condition=~models.Q(batch="")),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.entity_id} {self.action}"


class StaleChunk(models.Model):
    """A run of `CHUNK_SIZE` record ids that changed since its warehouse file was written."""

    entity = models.CharField(max_length=40)
    chunk = models.BigIntegerField()
    token = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entity", "chunk"], name="one_mark_for_each_chunk")]

    def __str__(self) -> str:
        return f"{self.entity} {self.chunk}"
