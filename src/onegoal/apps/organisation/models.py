"""How long each kind of work takes, as the company settled it where calls do not tell."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkKind(models.TextChoices):
    """Kinds of work that fill a seller's day."""

    NEW_LEAD = "new_lead", _("first answer to a lead")
    CALL = "call", _("call")
    MEETING = "meeting", _("meeting")
    TASK = "task", _("other task")
    DEAL = "deal", _("deal in work, a day")
    FOREIGN = "foreign", _("work that is not selling, a day")


class HandlingTime(models.Model):
    """Minutes that one piece of a kind of work takes; replaces what the records tell."""

    kind = models.CharField(_("work"), max_length=8, choices=WorkKind.choices, unique=True)
    minutes = models.PositiveIntegerField(_("minutes"))

    def __str__(self) -> str:
        return f"{self.kind} {self.minutes}"
