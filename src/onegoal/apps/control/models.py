"""Blockers of the goal, what was said about them, and sags that were found."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onegoal.apps.company.models import Project
from onegoal.apps.marketing.models import Campaign
from onegoal.apps.sales.models import Deal, Lead


class Link(models.TextChoices):
    """The link of the chain that something hinders."""

    TOUCH = "touch", _("visits")
    LEAD = "lead", _("leads")
    QUALIFIED = "qualified", _("qualification")
    DEAL = "deal", _("deals")
    CONTRACT = "contract", _("contract")
    PAYMENT = "payment", _("payments")
    HANDOVER = "handover", _("handover")
    SERVICE = "service", _("service")


class Blocker(models.Model):
    """Something that hinders the KPI, raised by anyone: who mends it by when, and what it puts at stake.

    `stake_minor` is money a month in the company's currency; `stake_basis` says how it was estimated, as data that the page
    puts into words: `{"how": "link", "share_bp": 1000, ...}` or `{"how": "named"}` for a sum somebody named.
    """

    text = models.CharField(_("what hinders"), max_length=500)
    link = models.CharField(_("where in the chain"), max_length=9, choices=Link.choices)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("raised by")
    )
    raised_at = models.DateTimeField(_("raised at"), db_index=True)
    page = models.CharField(_("raised on"), max_length=500, blank=True, default="", help_text="a path of this product")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    due_on = models.DateField(_("to be mended by"), null=True, blank=True)
    project = models.ForeignKey(
        Project, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("project")
    )
    lead = models.ForeignKey(Lead, models.SET_NULL, null=True, blank=True, related_name="blockers")
    deal = models.ForeignKey(Deal, models.SET_NULL, null=True, blank=True, related_name="blockers")
    campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, blank=True, related_name="blockers")
    stake_minor = models.BigIntegerField(_("at stake a month"), null=True, blank=True)
    stake_basis = models.JSONField(default=dict, blank=True)
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    resolution = models.CharField(_("how it was resolved"), max_length=500, blank=True, default="")

    class Meta:
        ordering = ["-raised_at", "-id"]
        indexes = [models.Index(fields=["owner", "due_on"], name="blocker_open", condition=models.Q(resolved_at=None))]

    def __str__(self) -> str:
        return self.text[:80]


class BlockerRemark(models.Model):
    """What somebody said about a blocker."""

    blocker = models.ForeignKey(Blocker, models.CASCADE, related_name="remarks")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(_("remark"))

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text[:80]


class Direction(models.TextChoices):
    """A sag is a drop; a rise is told as information: a point of contact that has become stronger."""

    DOWN = "down", _("drop")
    UP = "up", _("rise")


class Sag(models.Model):
    """A drop (or rise) of one watched series that chance does not explain: since when, found when, over when.

    `series` names it as the watcher does, `metric` and `by` as the catalogue does; figures are those of the finding: a share
    where `base` names what it is a share of, else events a day. `evidence` says how it was found: days, count, expected,
    score, limit, how many series were watched and how many false alarms a quiet year raises over all of them.
    """

    series = models.CharField(max_length=200)
    direction = models.CharField(_("direction"), max_length=4, choices=Direction.choices, default=Direction.DOWN)
    metric = models.CharField(_("figure"), max_length=60)
    base = models.CharField(_("of"), max_length=60, blank=True, default="")
    by = models.JSONField(default=dict, blank=True)
    since = models.DateField(_("since"))
    found_on = models.DateField(_("found on"))
    ended_on = models.DateField(_("over on"), null=True, blank=True)
    value = models.FloatField(_("value"))
    normal = models.FloatField(_("normal value"))
    evidence = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-found_on", "series"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "direction"],
                condition=models.Q(ended_on=None),
                name="one_open_sag_for_each_series",
            )
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.since}"


class ChainReading(models.Model):
    """What the look at the chain on one morning found: every step now and in normal times, and the sags of that day.

    `steps` are plain values: name, value, normal, counts, and for a step below normal beyond chance its ratio, gain and p.
    """

    day = models.DateField(_("day"), unique=True)
    read_at = models.DateTimeField(_("read at"))
    deals = models.PositiveIntegerField(_("deals signed in the days looked at"))
    steps = models.JSONField(default=list)
    watched = models.PositiveIntegerField(_("series watched"))
    alarms_a_year = models.FloatField(_("false alarms in a quiet year"))

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day}"
