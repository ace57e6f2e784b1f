"""Pay schemes as data, who is paid by which, shares of a deal, pay runs, statements, disputes and adjustments."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onegoal.apps.regulation.models import Side
from onegoal.apps.sales.models import Deal, Payment


class Scheme(models.Model):
    """The rules by which people of one department are paid; they stand in versions."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    side = models.CharField(_("department"), max_length=9, choices=Side.choices)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SchemeState(models.TextChoices):
    DRAFT = "draft", _("draft")
    APPROVED = "approved", _("approved")
    WITHDRAWN = "withdrawn", _("taken back")


class SchemeVersion(models.Model):
    """The rules from a day on, approved by another person than the author; an approved version is never changed."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    valid_from = models.DateField(_("from"))
    state = models.CharField(_("state"), max_length=9, choices=SchemeState.choices, default=SchemeState.DRAFT)
    note = models.TextField(_("note"), blank=True, default="")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["scheme", "-number"]
        constraints = [models.UniqueConstraint(fields=["scheme", "number"], name="one_scheme_version_for_each_number")]

    def __str__(self) -> str:
        return f"{self.scheme} {self.number}"


class PartKind(models.TextChoices):
    """What a part of the pay depends on: nothing, the person's own results, the shared KPI."""

    FIXED = "fixed", _("fixed")
    PERSONAL = "personal", _("personal")
    SHARED = "shared", _("shared")


class SchemePart(models.Model):
    """One line of the pay: a formula whose result is money, an optional gate, a floor and a cap. Money in minor units."""

    version = models.ForeignKey(SchemeVersion, models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("name"), max_length=120)
    key = models.SlugField(max_length=40, help_text="how formulas of later parts call it")
    kind = models.CharField(_("depends on"), max_length=8, choices=PartKind.choices)
    formula = models.TextField(_("formula"))
    gate = models.TextField(_("paid only if"), blank=True, default="")
    floor_minor = models.BigIntegerField(_("at least"), null=True, blank=True)
    cap_minor = models.BigIntegerField(_("at most"), null=True, blank=True)
    claws_back = models.BooleanField(
        _("claimed back when a deal is cancelled"), default=False,
        help_text=_("What was paid for a deal that is cancelled later is taken off the next pay."),
    )  # fmt: skip

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="one_part_for_each_key")]

    def __str__(self) -> str:
        return self.name


class SchemeMember(models.Model):
    """A person is paid by a scheme from a day to a day; values (`base`, `target_deals`) are what its formulas ask of the person.

    Money among the values is in minor units of the company's currency.
    """

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="pay_schemes")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    values = models.JSONField(_("values"), default=dict, blank=True)

    class Meta:
        ordering = ["user", "starts_on"]

    def __str__(self) -> str:
        return f"{self.user} {self.scheme}"


class DealShare(models.Model):
    """How a deal counts for several people, in hundredths of a per cent; without rows it is its seller's alone."""

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="pay_shares")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    share_bp = models.PositiveIntegerField(_("share"))

    class Meta:
        ordering = ["deal", "-share_bp", "user"]
        constraints = [
            models.UniqueConstraint(fields=["deal", "user"], name="one_share_of_a_deal_for_each_person"),
            models.CheckConstraint(
                condition=models.Q(share_bp__gte=1, share_bp__lte=10_000), name="a_share_is_part_of_the_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deal} {self.user}"


class RunState(models.TextChoices):
    DRAFT = "draft", _("to be approved")
    LOCKED = "locked", _("approved and locked")


class PayRun(models.Model):
    """The pay of one month: computed anew as long as it is a draft, approved by another person, then locked for good."""

    month = models.DateField(_("month"), unique=True)
    state = models.CharField(_("state"), max_length=6, choices=RunState.choices, default=RunState.DRAFT)
    currency = models.CharField(max_length=3)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    computed_at = models.DateTimeField(_("computed at"))
    data_version = models.CharField(
        max_length=80, blank=True, default="", help_text="of the figures it was computed from"
    )
    digest = models.CharField(max_length=64, blank=True, default="", help_text="SHA-256 over all statements")
    problems = models.JSONField(
        default=list, blank=True, help_text="what must be mended before it can be approved: code, whose, which line"
    )
    left_out = models.JSONField(default=list, blank=True, help_text="people of the month whom no scheme pays")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    class Meta:
        ordering = ["-month"]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Statement(models.Model):
    """What one person gets for a month, in minor units; the sum of its lines."""

    run = models.ForeignKey(PayRun, models.CASCADE, related_name="statements")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="pay_statements")
    total_minor = models.BigIntegerField(_("total"))

    class Meta:
        ordering = ["run", "user__name"]
        constraints = [models.UniqueConstraint(fields=["run", "user"], name="one_statement_for_each_person")]

    def __str__(self) -> str:
        return f"{self.run} {self.user}"


class StatementLine(models.Model):
    """One line: a part of a scheme over some days of the month, an adjustment or a claw-back.

    `explanation` is the formula with its values.
    """

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(default=0)
    part = models.ForeignKey(SchemePart, models.PROTECT, null=True, blank=True, related_name="+")
    adjustment = models.ForeignKey("Adjustment", models.PROTECT, null=True, blank=True, related_name="lines")
    name = models.CharField(_("line"), max_length=200)
    kind = models.CharField(max_length=10, help_text="a PartKind, adjustment or claw_back")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    amount_minor = models.BigIntegerField(_("amount"))
    explanation = models.JSONField(default=dict)

    class Meta:
        ordering = ["statement", "position", "id"]

    def __str__(self) -> str:
        return self.name


class StatementSource(models.Model):
    """A deal or payment that a line was counted from: what of it counted, for which figure, and how much of the line it made."""

    line = models.ForeignKey(StatementLine, models.CASCADE, related_name="sources")
    metric = models.CharField(max_length=60)
    deal = models.ForeignKey(Deal, models.PROTECT, null=True, blank=True, related_name="+")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, blank=True, related_name="+")
    share_bp = models.PositiveIntegerField(default=10_000)
    counted = models.BigIntegerField(help_text="minor units, or hundredths of a per cent of a deal")
    amount_minor = models.BigIntegerField(help_text="its part of the line's amount; the parts add up to it")

    class Meta:
        ordering = ["line", "id"]
        indexes = [models.Index(fields=["deal"], name="pay_by_deal")]

    def __str__(self) -> str:
        return f"{self.line} {self.counted}"


class Adjustment(models.Model):
    """An amount that goes into the next open run because a locked one stays as it is; approved by another person.

    `reason_code`: `by_hand`, `dispute`, `cancelled_deal` (claw-back), `late_fact` (a figure of a locked month changed).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="pay_adjustments")
    corrects = models.ForeignKey(PayRun, models.PROTECT, null=True, blank=True, related_name="+")
    deal = models.ForeignKey(Deal, models.PROTECT, null=True, blank=True, related_name="+")
    amount_minor = models.BigIntegerField(_("amount"))
    reason_code = models.CharField(max_length=14, default="by_hand")
    reason = models.CharField(_("why"), max_length=500, blank=True, default="")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "deal", "corrects"],
                condition=models.Q(reason_code="cancelled_deal"),
                name="a_cancelled_deal_is_claimed_back_once_of_a_run",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.amount_minor}"


class DisputeState(models.TextChoices):
    OPEN = "open", _("waits for an answer")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("taken back")


class Dispute(models.Model):
    """A person disputes a statement or one of its lines; the answer may bring an adjustment."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="disputes")
    line_name = models.CharField(_("line"), max_length=200, blank=True, default="")
    text = models.TextField(_("what is wrong"))
    state = models.CharField(_("state"), max_length=9, choices=DisputeState.choices, default=DisputeState.OPEN)
    raised_at = models.DateTimeField(_("raised at"))
    answer = models.TextField(_("answer"), blank=True, default="")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    adjustment = models.ForeignKey(Adjustment, models.SET_NULL, null=True, blank=True, related_name="disputes")

    class Meta:
        ordering = ["-raised_at", "-id"]

    def __str__(self) -> str:
        return self.text[:80]
