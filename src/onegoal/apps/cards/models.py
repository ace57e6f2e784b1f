"""What stands on cards only: notes, and the secret address of a colleague's calendar."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onegoal.apps.sales.models import Deal, Lead


class Note(models.Model):
    """A note on a lead or a deal."""

    lead = models.ForeignKey(Lead, models.CASCADE, null=True, blank=True, related_name="notes")
    deal = models.ForeignKey(Deal, models.CASCADE, null=True, blank=True, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("note"))
    created_at = models.DateTimeField()
    is_pinned = models.BooleanField(_("on top"), default=False)

    class Meta:
        ordering = ["-is_pinned", "-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lead__isnull=True) ^ models.Q(deal__isnull=True),
                name="a_note_is_of_a_lead_or_a_deal",
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]


class CalendarLink(models.Model):
    """The address under which a colleague's calendar program reads their tasks; only the secret's digest is kept."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.user)
