"""Reports of the audit of KPI conflicts, kept as they were."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ConflictReport(models.Model):
    """One run of the audit over a stretch of the company's history: its findings as data, for the page, print and trend."""

    made_at = models.DateTimeField(_("made at"), db_index=True)
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
