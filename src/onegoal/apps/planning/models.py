"""Plans, their versions (scenarios beside each other), cells, signatures and overrides."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onegoal.apps.company.models import Project
from onegoal.apps.regulation.models import Side


class PlannedMetric(models.TextChoices):
    """The figures that can be planned, by their names in the catalogue."""

    SPEND = "spend", _("spend")
    VISITORS = "visitors", _("visitors")
    LEADS = "leads", _("leads")
    QUALIFIED_LEADS = "qualified_leads", _("qualified leads")
    DEALS_WON = "deals_won", _("signed deals")
    MONEY_SIGNED = "money_signed", _("money signed")
    MONEY_RECEIVED = "money_received", _("money received")


PLANNED_MONEY = frozenset({PlannedMetric.SPEND, PlannedMetric.MONEY_SIGNED, PlannedMetric.MONEY_RECEIVED})
SALES_SIDE = frozenset({PlannedMetric.DEALS_WON, PlannedMetric.MONEY_SIGNED, PlannedMetric.MONEY_RECEIVED})
"""Planned by project and product type; the others are marketing's and planned by project and channel."""


class Plan(models.Model):
    """The joint plan of whole months, of the company or of a project; its figures stand in versions."""

    name = models.CharField(_("name"), max_length=200)
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("project"),
        help_text=_("Leave empty for the whole company."),
    )  # fmt: skip
    first_month = models.DateField(_("first month"))
    last_month = models.DateField(_("last month"))
    projects = models.JSONField(_("projects"), default=list, blank=True, help_text="names, in the order of the grid")
    product_types = models.JSONField(_("product types"), default=list, blank=True)
    channels = models.JSONField(_("channels"), default=list, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-first_month", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first_month__lte=models.F("last_month")), name="a_plan_has_months"
            )
        ]

    def __str__(self) -> str:
        return self.name


class VersionState(models.TextChoices):
    """A draft is a scenario that can be edited; one asked to be signed is frozen; at most one of a plan is in force."""

    DRAFT = "draft", _("draft")
    PROPOSED = "proposed", _("to be signed")
    IN_FORCE = "in_force", _("in force")
    REPLACED = "replaced", _("replaced")
    WITHDRAWN = "withdrawn", _("taken back")


class PlanVersion(models.Model):
    """One scenario of a plan; what is in force can be neither changed nor deleted, a new one is copied from it."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    name = models.CharField(_("scenario"), max_length=120, blank=True, default="")
    state = models.CharField(_("state"), max_length=9, choices=VersionState.choices, default=VersionState.DRAFT)
    copied_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    revision = models.PositiveIntegerField(default=0, help_text="counts edits; two who edit at once are told")
    note = models.TextField(_("note"), blank=True, default="")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    in_force_from = models.DateTimeField(_("in force from"), null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["plan", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="one_plan_version_for_each_number"),
            models.UniqueConstraint(
                fields=["plan"], condition=models.Q(state="in_force"), name="one_version_of_a_plan_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.number}"


class PlanCell(models.Model):
    """The smallest planned figure; an empty project, type or channel means "not divided".

    Money is in minor units of the company's currency. Sales figures are divided by project and product type, marketing
    figures by project and channel; totals are sums.
    """

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="cells")
    month = models.DateField(_("month"))
    metric = models.CharField(_("figure"), max_length=20, choices=PlannedMetric.choices)
    project = models.CharField(_("project"), max_length=200, blank=True, default="")
    product_type = models.CharField(_("product type"), max_length=120, blank=True, default="")
    channel = models.CharField(_("channel"), max_length=120, blank=True, default="")
    value = models.BigIntegerField(_("planned"))

    class Meta:
        ordering = ["month", "metric", "project", "product_type", "channel"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "month", "metric", "project", "product_type", "channel"],
                name="one_planned_figure_for_each_cell",
            ),
            models.CheckConstraint(condition=models.Q(value__gte=0), name="a_planned_figure_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.metric} {self.value}"


class PlanSignature(models.Model):
    """Who signed a version of the plan for which department."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="signatures")
    side = models.CharField(_("department"), max_length=9, choices=Side.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(_("signed at"))

    class Meta:
        ordering = ["signed_at"]
        constraints = [models.UniqueConstraint(fields=["version", "side"], name="one_plan_signature_for_each_side")]

    def __str__(self) -> str:
        return f"{self.version} {self.side}"


class PlanOverride(models.Model):
    """Who let a red plan pass, why, and the failed checks as they were told then."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="overrides")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("overridden at"))
    reason = models.TextField(_("why"))
    checks = models.JSONField(default=list)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.version} {self.author}"
