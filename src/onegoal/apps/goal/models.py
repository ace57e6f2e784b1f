"""The shared KPI of a scope and period, its versions with their parts, and the signatures under a change."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onegoal.apps.company.models import Project
from onegoal.apps.regulation.models import Side


class KpiState(models.TextChoices):
    """A draft counts for nothing; at most one is active for a scope and a day; an ended one stays as history."""

    DRAFT = "draft", _("draft")
    ACTIVE = "active", _("active")
    ENDED = "ended", _("ended")


class SharedKpi(models.Model):
    """The one KPI of the company or of a project for a period; what it consists of stands in its versions."""

    name = models.CharField(_("name"), max_length=200)
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("project"),
        help_text=_("Leave empty for the whole company."),
    )  # fmt: skip
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    country = models.CharField(
        _("country of the working days"), max_length=2, blank=True, default="",
        help_text=_("Two letters; empty for the company's own calendar."),
    )  # fmt: skip
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner"))
    state = models.CharField(_("state"), max_length=6, choices=KpiState.choices, default=KpiState.DRAFT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    activated_at = models.DateTimeField(_("active since"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(starts_on__lte=models.F("ends_on")), name="a_kpi_has_a_period"),
        ]
        indexes = [models.Index(fields=["state", "starts_on", "ends_on"], name="kpi_by_period")]

    def __str__(self) -> str:
        return self.name


class KpiVersion(models.Model):
    """What the KPI consists of from a moment on.

    The first version comes into force with activation; a later one needs a reason and the signatures of both departments.
    """

    kpi = models.ForeignKey(SharedKpi, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    reason = models.TextField(_("why"), blank=True, default="")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    in_force_from = models.DateTimeField(_("in force from"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        ordering = ["kpi", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["kpi", "number"], name="one_kpi_version_for_each_number"),
            models.UniqueConstraint(
                fields=["kpi"],
                condition=models.Q(in_force_from=None, withdrawn_at=None),
                name="one_change_of_a_kpi_waits_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi} {self.number}"


class PartKind(models.TextChoices):
    """What a part measures: signed deals, their average price, their mix of product types, money received."""

    DEALS = "deals", _("signed deals")
    AVERAGE_PRICE = "average_price", _("average price")
    MIX = "mix", _("product mix")
    CASH = "cash", _("money received")


class KpiPart(models.Model):
    """One part of a version: target in deals or in minor units of the company's currency (none for the mix), weight and cap."""

    version = models.ForeignKey(KpiVersion, models.CASCADE, related_name="parts")
    kind = models.CharField(_("part"), max_length=13, choices=PartKind.choices)
    weight_bp = models.PositiveIntegerField(_("weight, hundredths of a per cent"))
    cap_bp = models.PositiveIntegerField(
        _("counted up to, hundredths of a per cent"), null=True, blank=True, help_text=_("Empty for no cap.")
    )
    target = models.BigIntegerField(_("target"), null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["version", "kind"], name="one_kpi_part_of_each_kind")]

    def __str__(self) -> str:
        return f"{self.version} {self.kind}"


class MixShare(models.Model):
    """The planned share of one product type among signed deals, in hundredths of a per cent; a version's add up to 10,000."""

    version = models.ForeignKey(KpiVersion, models.CASCADE, related_name="mix")
    product_type = models.CharField(_("product type"), max_length=120)
    share_bp = models.PositiveIntegerField(_("share"))

    class Meta:
        ordering = ["-share_bp", "product_type"]
        constraints = [
            models.UniqueConstraint(fields=["version", "product_type"], name="one_planned_share_for_each_type")
        ]

    def __str__(self) -> str:
        return f"{self.product_type} {self.share_bp}"


class KpiSignature(models.Model):
    """Who signed a change of the KPI for which department."""

    version = models.ForeignKey(KpiVersion, models.CASCADE, related_name="signatures")
    side = models.CharField(_("department"), max_length=9, choices=Side.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(_("signed at"))

    class Meta:
        ordering = ["signed_at"]
        constraints = [models.UniqueConstraint(fields=["version", "side"], name="one_kpi_signature_for_each_side")]

    def __str__(self) -> str:
        return f"{self.version} {self.side}"
