"""Marks that sellers give to leads, and questions between the departments with a due time."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onegoal.apps.marketing.models import Campaign
from onegoal.apps.regulation.models import Side
from onegoal.apps.sales.models import Call, Lead, Objection


class LeadQuality(models.TextChoices):
    GOOD = "good", _("good lead")
    FAIR = "fair", _("so-so")
    BAD = "bad", _("bad lead")


class LeadMark(models.Model):
    """What a seller says of a lead, in one tap; a later mark of the same seller replaces the former, which stays on record."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="marks")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    quality = models.CharField(_("quality"), max_length=4, choices=LeadQuality.choices, blank=True, default="")
    objection = models.ForeignKey(
        Objection, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("objection")
    )
    at = models.DateTimeField(_("marked at"), db_index=True)
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lead"], condition=models.Q(is_current=True), name="one_current_mark_for_each_lead"
            )
        ]

    def __str__(self) -> str:
        return f"{self.lead} {self.quality}"


class DepartmentQuestion(models.Model):
    """A question of one department to the other about a lead, a call or a campaign; due by a moment."""

    side = models.CharField(_("department asked"), max_length=9, choices=Side.choices)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    addressee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("to whom")
    )
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, blank=True, related_name="questions")
    call = models.ForeignKey(Call, models.CASCADE, null=True, blank=True, related_name="questions")
    campaign = models.ForeignKey(Campaign, models.CASCADE, null=True, blank=True, related_name="questions")
    text = models.TextField(_("question"))
    asked_at = models.DateTimeField(_("asked at"))
    due_at = models.DateTimeField(_("answer due"))
    answer = models.TextField(_("answer"), blank=True, default="")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(fields=["side", "due_at"], name="question_waiting", condition=models.Q(answered_at=None))
        ]

    def __str__(self) -> str:
        return self.text[:80]
