"""Imports with their progress, and mappings saved for the next file of the same source."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onegoal.apps.imports.fields import Kind


class State(models.TextChoices):
    DRAFT = "draft", _("to be mapped")
    TRYING = "trying", _("being tried")
    TRIED = "tried", _("tried, nothing written")
    WAITING = "waiting", _("waiting for another import")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("stopped by an error")
    CANCELLED = "cancelled", _("cancelled")
    UNDONE = "undone", _("undone")


ACTIVE = (State.TRYING, State.WAITING, State.RUNNING)
"""States in which work is going on or waiting for its turn."""


class Import(models.Model):
    """One file that was or will be taken in, with the map it is read by."""

    kind = models.CharField(_("what the rows are"), max_length=10, choices=Kind.choices)
    source = models.CharField(_("source"), max_length=60)
    shown_name = models.CharField(_("file"), max_length=120)
    stored_name = models.CharField(max_length=60, blank=True, default="")
    size = models.BigIntegerField(default=0)
    map = models.JSONField(default=dict)
    habits = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DRAFT)
    is_cancelled = models.BooleanField(default=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    via = models.CharField(_("through"), max_length=10, default="web")
    mends = models.ForeignKey("self", models.SET_NULL, null=True, related_name="mended_by")
    created_at = models.DateTimeField(_("uploaded at"))
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failure = models.JSONField(default=dict)
    trial = models.JSONField(default=dict)
    undo = models.JSONField(default=dict)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def batch(self) -> str:
        """The name under which the audit trail knows this import's changes."""
        return f"import:{self.pk}"


def no_counts() -> dict[str, Any]:
    """The counters of one kind before its first row."""
    return {"read": 0, "created": 0, "updated": 0, "unchanged": 0, "rejected": 0, "warnings": 0}


class ImportProgress(models.Model):
    """How far an import is; written together with the rows it counts, so that a broken-off import goes on exactly."""

    of = models.OneToOneField(Import, models.CASCADE, primary_key=True, related_name="progress")
    counts = models.JSONField(default=dict)
    rows_done = models.BigIntegerField(default=0)
    totals = models.IntegerField(default=0)
    percent = models.PositiveSmallIntegerField(null=True)
    problems_bytes = models.BigIntegerField(default=0)
    warnings_bytes = models.BigIntegerField(default=0)
    sample = models.JSONField(default=list)
    beat_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.of_id}: {self.rows_done}"


class SavedMapping(models.Model):
    """A map kept under a name; files put into the watched folder of its slug are imported by it."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    slug = models.SlugField(max_length=100, unique=True)
    kind = models.CharField(_("what the rows are"), max_length=10, choices=Kind.choices)
    map = models.JSONField(default=dict)
    habits = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
