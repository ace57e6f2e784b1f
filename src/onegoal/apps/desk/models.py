"""How leads are given out and by when they are to be answered; to whom they were given; who is away."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import Team
from onegoal.apps.company.models import Project
from onegoal.apps.sales.models import Lead, RequestType


class Method(models.TextChoices):
    ROUND_ROBIN = "round_robin", _("in turn")
    BY_LOAD = "by_load", _("to whom has least to do")
    BY_CLAIM = "by_claim", _("whoever takes it first")


class GivesWhen(models.TextChoices):
    """When a rule gives leads out; outside working hours only who is on duty gets any."""

    WORKING_HOURS = "working", _("in working hours")
    OFF_HOURS = "off", _("outside working hours, to who is on duty")
    ALWAYS = "always", _("day and night")


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
    gives_when = models.CharField(
        _("when"), max_length=7, choices=GivesWhen.choices, default=GivesWhen.WORKING_HOURS,
        help_text=_("A lead that no rule gives out at the moment waits; its clock runs in working hours only."),
    )  # fmt: skip
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


class Offer(models.Model):
    """A lead that whoever of its rule's colleagues comes first may take; kept, so that who comes second can be told."""

    lead = models.OneToOneField(Lead, models.CASCADE, related_name="offer")
    rule = models.ForeignKey(DistributionRule, models.CASCADE, related_name="offers")
    offered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.lead} {self.rule}"


class Assignment(models.Model):
    """One giving of a lead to a colleague: by a rule, by taking it, or by hand with a reason. `seller` empty: put back."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="assignments")
    seller = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("given to")
    )
    previous = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("taken from")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("given by")
    )
    rule = models.ForeignKey(DistributionRule, models.SET_NULL, null=True, related_name="+", verbose_name=_("rule"))
    is_claim = models.BooleanField(_("taken by themselves"), default=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.lead} {self.seller}"


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
