"""Trained lead scores, what each says of each lead, and which fields are declared to be known at a lead's arrival."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onegoal.apps.sales.models import Lead


class Target(models.TextChoices):
    """What the score foretells."""

    QUALIFIED = "qualified", _("the lead is qualified")
    WON = "won", _("the lead brings a signed deal")


class Training(models.Model):
    """One training of the score: what went in, what was refused and why, how good it is, and whether it is used.

    `model` holds coefficients as plain numbers, `report` the validation: counts, losses, calibration, refused fields.
    """

    target = models.CharField(_("foretells"), max_length=9, choices=Target.choices, default=Target.QUALIFIED)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    progress = models.PositiveSmallIntegerField(default=0)
    is_good = models.BooleanField(_("better than the base rate"), default=False)
    is_used = models.BooleanField(_("in use"), default=False)
    why_off = models.CharField(max_length=40, blank=True, default="")
    model = models.JSONField(default=dict, blank=True)
    report = models.JSONField(default=dict, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["is_used"], condition=models.Q(is_used=True), name="one_score_is_in_use")
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.started_at:%Y-%m-%d}"


class LeadScore(models.Model):
    """What the score in use says of a lead: a chance in hundredths of a per cent, and the reasons that weigh most."""

    lead = models.OneToOneField(Lead, models.CASCADE, related_name="score")
    training = models.ForeignKey(Training, models.CASCADE, related_name="scores")
    chance_bp = models.PositiveIntegerField(_("score"), db_index=True)
    reasons = models.JSONField(default=list, blank=True)
    scored_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.lead} {self.chance_bp}"


class KnownAtArrival(models.Model):
    """A field that somebody answers for: its imported values were known when the lead came."""

    field = models.CharField(_("field"), max_length=80, unique=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.field
