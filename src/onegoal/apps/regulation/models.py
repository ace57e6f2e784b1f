"""Versions of the regulation, their clauses, signatures and trials, decisions on leads, and who is never to be contacted."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onegoal.apps.people.models import Person
from onegoal.apps.sales.models import Lead, Outcome


class State(models.TextChoices):
    """Where a version stands; it is in force from its `valid_from` on once both departments signed."""

    DRAFT = "draft", _("draft")
    SIGNED = "signed", _("signed")
    WITHDRAWN = "withdrawn", _("taken back")


class Regulation(models.Model):
    """One version of the regulation. A signed one can be neither changed nor deleted.

    A lead qualifies when every required criterion holds and the weights of those that hold reach `threshold`.
    """

    number = models.PositiveIntegerField(_("version"), unique=True)
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DRAFT)
    threshold = models.PositiveSmallIntegerField(_("points needed"), default=0)
    attempts_needed = models.PositiveSmallIntegerField(_("attempts to reach"), default=3)
    attempts_days = models.PositiveSmallIntegerField(
        _("on different days"), default=2, help_text=_("The attempts must fall on at least this many days.")
    )
    note = models.TextField(_("note"), blank=True, default="")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    signed_at = models.DateTimeField(_("signed by both at"), null=True, blank=True)
    valid_from = models.DateTimeField(_("in force from"), null=True, blank=True, db_index=True)

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.number} · {self.title}"

    @property
    def is_locked(self) -> bool:
        """Whether it can no longer be changed: leads are judged by it."""
        return self.state == State.SIGNED


class ClauseKind(models.TextChoices):
    CRITERION = "criterion", _("criterion")
    REASON = "reason", _("reason for rejection")


class Clause(models.Model):
    """One clause: a criterion (data a lead is held against) or a reason for which a lead may be rejected.

    `number` is what people cite ("2.1"). A criterion may be cited when the lead fails it. A reason that `needs_attempts`
    may be cited only after the agreed attempts to reach the person, one that `suppresses` puts the person on the list of
    those never to be targeted again.
    """

    regulation = models.ForeignKey(Regulation, models.CASCADE, related_name="clauses")
    kind = models.CharField(_("kind"), max_length=9, choices=ClauseKind.choices)
    number = models.CharField(_("clause number"), max_length=12)
    text = models.CharField(_("wording"), max_length=400)
    field = models.CharField(_("field"), max_length=80, blank=True, default="")
    operator = models.CharField(_("must"), max_length=20, blank=True, default="")
    value = models.JSONField(_("value"), null=True, blank=True)
    weight = models.PositiveSmallIntegerField(_("points"), default=0)
    is_required = models.BooleanField(_("required"), default=False)
    sub_reasons = models.JSONField(_("sub-reasons"), default=list, blank=True)
    needs_attempts = models.BooleanField(_("only after the agreed attempts"), default=False)
    suppresses = models.BooleanField(_("never contact again"), default=False)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["regulation", "number"], name="a_clause_is_cited_by_one_number")]

    def __str__(self) -> str:
        return f"{self.number} {self.text}"

    @property
    def is_locked(self) -> bool:
        """Whether its version is signed."""
        return self.regulation.is_locked


class Side(models.TextChoices):
    MARKETING = "marketing", _("marketing")
    SALES = "sales", _("sales")


class Signature(models.Model):
    """One department's signature under a version; the two are of different persons."""

    regulation = models.ForeignKey(Regulation, models.CASCADE, related_name="signatures")
    side = models.CharField(_("department"), max_length=9, choices=Side.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["regulation", "side"], name="each_department_signs_once"),
            models.UniqueConstraint(fields=["regulation", "user"], name="nobody_signs_for_both_departments"),
        ]

    def __str__(self) -> str:
        return f"{self.regulation} {self.side}"


class Result(models.TextChoices):
    """What a version says of a lead."""

    QUALIFIES = "qualifies", _("qualifies")
    FAILS = "fails", _("does not qualify")
    UNKNOWN = "unknown", _("not enough is known")


class Contradiction(models.TextChoices):
    """Why a rejection does not agree with the regulation."""

    NO_CLAUSE = "no_clause", _("cites no clause")
    CLAUSE_HOLDS = "clause_holds", _("the lead meets the clause it cites")
    QUALIFIES = "qualifies", _("the lead qualifies")
    ATTEMPTS = "attempts", _("too few attempts to reach")


class Decision(models.Model):
    """What was decided about a lead at one moment, and what the regulation said then; it is never changed or deleted.

    Every decision stands here: those made in the product and those found in records of other systems (`via` tells).
    `outcome` open is a return to work. `verdict` is a list of what each criterion said.
    """

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="decisions")
    at = models.DateTimeField(_("decided at"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("decided by"),
    )
    seller = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("sales manager"), help_text=_("whose lead it was then"),
    )  # fmt: skip
    via = models.CharField(_("through"), max_length=40, blank=True, default="")
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome.choices)
    regulation = models.ForeignKey(Regulation, models.PROTECT, null=True, blank=True, related_name="+")
    clause = models.ForeignKey(
        Clause, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("clause")
    )
    sub_reason = models.CharField(_("sub-reason"), max_length=200, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    note = models.TextField(_("note"), blank=True, default="")
    returns_on = models.DateField(_("comes back on"), null=True, blank=True)
    result = models.CharField(_("by the regulation"), max_length=9, choices=Result.choices, blank=True, default="")
    points = models.PositiveIntegerField(_("points"), default=0)
    verdict = models.JSONField(default=list, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts to reach"), default=0)
    contradiction = models.CharField(
        _("against the regulation"), max_length=12, choices=Contradiction.choices, blank=True, default=""
    )
    override = models.CharField(_("in spite of the regulation, because"), max_length=300, blank=True, default="")

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["outcome", "at"], name="decision_by_outcome"),
            models.Index(fields=["seller", "at"], name="decision_by_seller"),
        ]

    def __str__(self) -> str:
        return f"{self.lead} {self.outcome}"


class Suppression(models.Model):
    """A person who is never to be targeted again, and why; lifted rather than deleted."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="suppressions")
    decision = models.ForeignKey(Decision, models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("since"))
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(lifted_at=None), name="a_person_is_suppressed_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.person)


class Trial(models.Model):
    """What a version would have said of the leads of a period that its asker sees, before it is signed.

    `digest` tells of which clauses it speaks. `changes` is a list of [lead, was, now] with 1 for qualifies, 0 for not
    enough is known, -1 for does not qualify; `clauses` counts for each criterion how often it held, failed, was unknown.
    """

    regulation = models.ForeignKey(Regulation, models.CASCADE, related_name="trials")
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    digest = models.CharField(max_length=64)
    against = models.ForeignKey(Regulation, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    leads = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    is_broken = models.BooleanField(default=False)
    results = models.JSONField(default=dict)
    clauses = models.JSONField(default=dict)
    changes = models.JSONField(default=list)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.regulation_id}: {self.first_day} {self.last_day}"


class TrailRead(models.Model):
    """How far the trail of changes was read for decisions that were made elsewhere."""

    last_entry = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="the_trail_is_read_once")]

    def __str__(self) -> str:
        return str(self.last_entry)
