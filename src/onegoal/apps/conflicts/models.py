"""Reports of the audit of KPI conflicts, kept as they were, and the numbers its levers rest on that the company has set."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ConflictReport(models.Model):
    """One run of the audit over a stretch of the company's history: its findings as data, for the page, print and trend.

    Until `finished_at` it waits or runs; `failed` says that it broke down.
    """

    made_at = models.DateTimeField(_("made at"), db_index=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    progress = models.PositiveSmallIntegerField(default=0)
    failed = models.BooleanField(default=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    seed = models.PositiveBigIntegerField(default=0)
    findings = models.JSONField(default=list)
    basis = models.JSONField(default=dict, help_text="schemes, KPI and figures it was made from")

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.starts_on} {self.ends_on}"


class LeverNumber(models.Model):
    """A number of a lever as the company has set it, in place of the one that comes with the product."""

    key = models.CharField(max_length=20, unique=True)
    estimate = models.FloatField(_("estimate"))
    low = models.FloatField(_("at least"))
    high = models.FloatField(_("at most"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key
