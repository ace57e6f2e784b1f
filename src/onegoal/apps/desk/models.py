"""How leads are given out and by when they are to be answered; who is away."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import Team
from onegoal.apps.company.models import Project
from onegoal.apps.sales.models import RequestType


class Method(models.TextChoices):
    ROUND_ROBIN = "round_robin", _("in turn")
    BY_LOAD = "by_load", _("to whom has least to do")
    BY_CLAIM = "by_claim", _("whoever takes it first")


class DistributionRule(models.Model):
    """Who gets which new leads and within how many working minutes they are to be answered; the first that fits holds.

    Empty `project`, `request_type` and `channel` fit any lead. `sellers` empty means the team's, then everybody.
    """

    position = models.PositiveIntegerField(default=0)
    name = models.CharField(_("name"), max_length=120)
    project = models.ForeignKey(
        Project, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("project")
    )
    request_type = models.CharField(_("request"), max_length=8, choices=RequestType.choices, blank=True, default="")
    channel = models.CharField(_("channel"), max_length=80, blank=True, default="")
    method = models.CharField(_("give it"), max_length=11, choices=Method.choices, default=Method.ROUND_ROBIN)
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("team"))
    sellers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("only these sales managers")
    )
    response_minutes = models.PositiveIntegerField(_("to be answered within, working minutes"), default=30)
    next_step_hours = models.PositiveIntegerField(_("next step within, working hours"), default=16)
    most_open = models.PositiveIntegerField(
        _("most open leads of one sales manager"), null=True, blank=True, help_text=_("Empty: no limit.")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Turn(models.Model):
    """When a rule last gave a lead to a seller: whose turn is longest ago comes next."""

    rule = models.ForeignKey(DistributionRule, models.CASCADE, related_name="turns")
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "seller"], name="one_turn_for_each_seller_of_a_rule")]

    def __str__(self) -> str:
        return f"{self.rule} {self.seller}"


class Absence(models.Model):
    """Days on which a colleague gets no new leads: holiday, illness, training."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences", verbose_name=_("colleague")
    )
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("to"))
    note = models.CharField(_("note"), max_length=200, blank=True, default="")

    class Meta:
        ordering = ["-first_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first_on__lte=models.F("last_on")), name="absence_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.first_on}-{self.last_on}"
