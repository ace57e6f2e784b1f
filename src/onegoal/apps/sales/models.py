"""Leads, deals with dated stages, payment schedules, payments, calls and tasks."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import Team
from onegoal.apps.company.models import Project, Stage
from onegoal.apps.company.records import Record
from onegoal.apps.marketing.models import Origin
from onegoal.apps.people.models import Organisation, Person
from onegoal.apps.products.models import Product


class Outcome(models.TextChoices):
    """What became of a lead; taken from the meaning of its stage."""

    OPEN = "open", _("in work")
    QUALIFIED = "qualified", _("qualified")
    NURTURE = "nurture", _("nurture")
    REJECTED = "rejected", _("rejected")


class RequestType(models.TextChoices):
    FORM = "form", _("form")
    CALL = "call", _("call")
    CHAT = "chat", _("chat")
    MESSAGE = "message", _("message")
    EMAIL = "email", _("e-mail")
    BROKER = "broker", _("broker")
    VISIT = "visit", _("visit to the office")
    CALLBACK = "callback", _("callback")
    OTHER = "other", _("other")


class WorkedRecord(Record):
    """A lead or a deal: somebody's, about something, handled by a seller of a team."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="%(class)ss", verbose_name=_("person"))
    project = models.ForeignKey(
        Project, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("project")
    )
    product = models.ForeignKey(
        Product, models.SET_NULL, null=True, blank=True, related_name="%(class)ss", verbose_name=_("product")
    )
    product_type = models.CharField(_("product type"), max_length=120, blank=True, default="")
    seller = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="%(class)ss",
        verbose_name=_("sales manager"),
    )  # fmt: skip
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("team"))
    agency = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="%(class)ss", verbose_name=_("agency")
    )
    region = models.CharField(_("region"), max_length=200, blank=True, default="")
    segment = models.CharField(_("segment"), max_length=120, blank=True, default="")
    custom = models.JSONField(default=dict, blank=True)

    class Meta(Record.Meta):
        abstract = True


class Lead(WorkedRecord):
    """An enquiry; `origin` is its first source and is never rewritten, `last_origin` the latest one."""

    created_at = models.DateTimeField(_("came at"))
    origin = models.ForeignKey(Origin, models.PROTECT, related_name="+")
    last_origin = models.ForeignKey(Origin, models.PROTECT, related_name="+")
    request_type = models.CharField(_("request"), max_length=8, choices=RequestType.choices, default=RequestType.OTHER)
    stage = models.ForeignKey(Stage, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("stage"))
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome.choices, default=Outcome.OPEN)
    outcome_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    qualified_at = models.DateTimeField(_("qualified at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    first_response_at = models.DateTimeField(_("first answer at"), null=True, blank=True)
    assigned_at = models.DateTimeField(_("given to the seller at"), null=True, blank=True)
    response_due_at = models.DateTimeField(_("to be answered by"), null=True, blank=True)
    returns_on = models.DateField(_("comes back on"), null=True, blank=True, help_text=_("of a lead that is warmed up"))
    returned_at = models.DateTimeField(_("sent back to work at"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, default="")

    class Meta(WorkedRecord.Meta):
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="lead_by_time"),
            models.Index(fields=["seller", "-created_at"], name="lead_by_seller"),
            models.Index(fields=["source_id"], name="lead_by_source_id"),
            models.Index(fields=["outcome", "-created_at", "-id"], name="lead_by_outcome"),
            models.Index(
                fields=["seller", "response_due_at"], name="lead_to_answer", condition=models.Q(outcome="open")
            ),
            # Whole indexes: SQLite does not use a partial one when the outcome is given as a parameter.
            models.Index(fields=["outcome", "response_due_at"], name="lead_by_clock"),
            models.Index(fields=["outcome", "seller", "-created_at"], name="lead_by_outcome_and_seller"),
            models.Index(fields=["returns_on"], name="lead_that_comes_back", condition=models.Q(outcome="nurture")),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.created_at:%Y-%m-%d}"


class Deal(WorkedRecord):
    """A sale in progress or done: `won_at` is the moment the contract was signed."""

    title = models.CharField(_("title"), max_length=300, blank=True, default="")
    lead = models.ForeignKey(Lead, models.SET_NULL, null=True, blank=True, related_name="deals", verbose_name=_("lead"))
    lead_ref = models.CharField(max_length=200, blank=True, default="", help_text="the lead it waits for")
    origin = models.ForeignKey(
        Origin,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="its own marks, for deals without a lead",
    )
    opened_at = models.DateTimeField(_("opened at"))
    stage = models.ForeignKey(Stage, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("stage"))
    won_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    lost_at = models.DateTimeField(_("lost at"), null=True, blank=True)
    reason = models.CharField(_("reason of loss"), max_length=300, blank=True, default="")
    contract_number = models.CharField(_("contract"), max_length=120, blank=True, default="")
    list_price_minor = models.BigIntegerField(_("price before discount"), null=True, blank=True)
    amount_minor = models.BigIntegerField(_("amount"), null=True, blank=True)
    margin_minor = models.BigIntegerField(_("gross margin"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True, default="")

    class Meta(WorkedRecord.Meta):
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="deal_by_time"),
            models.Index(fields=["seller", "-opened_at"], name="deal_by_seller"),
            models.Index(fields=["-won_at"], name="deal_by_signing"),
            models.Index(fields=["source_id"], name="deal_by_source_id"),
            models.Index(fields=["lead_ref"], name="deal_by_awaited_lead", condition=~models.Q(lead_ref="")),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.person} {self.opened_at:%Y-%m-%d}"


class StageChange(models.Model):
    """The moment a lead or a deal entered a stage."""

    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="stage_changes")
    deal = models.ForeignKey(Deal, models.CASCADE, null=True, related_name="stage_changes")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["entered_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lead__isnull=True) ^ models.Q(deal__isnull=True), name="of_a_lead_or_of_a_deal"
            ),
            models.UniqueConstraint(
                fields=["lead", "stage", "entered_at"], name="lead_enters_a_stage_once_at_a_moment"
            ),
            models.UniqueConstraint(
                fields=["deal", "stage", "entered_at"], name="deal_enters_a_stage_once_at_a_moment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.entered_at}"


class ScheduledPayment(Record):
    """What a deal's buyer has promised to pay by a day."""

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="schedule", verbose_name=_("deal"))
    due_on = models.DateField(_("due on"))
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.due_on} {self.amount_minor} {self.currency}"


class Payment(Record):
    """Money that came in for a deal; a refund is negative."""

    deal = models.ForeignKey(Deal, models.PROTECT, related_name="payments", verbose_name=_("deal"))
    received_on = models.DateField(_("received on"), db_index=True)
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.received_on} {self.amount_minor} {self.currency}"


class Direction(models.TextChoices):
    IN = "in", _("incoming")
    OUT = "out", _("outgoing")


class Call(Record):
    """One telephone call; `talk_seconds` is empty when nobody answered."""

    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="calls")
    lead = models.ForeignKey(Lead, models.SET_NULL, null=True, blank=True, related_name="calls")
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="calls")
    started_at = models.DateTimeField(_("started at"), db_index=True)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices, default=Direction.IN)
    is_answered = models.BooleanField(_("answered"), default=False)
    wait_seconds = models.PositiveIntegerField(_("waited, s"), null=True, blank=True)
    talk_seconds = models.PositiveIntegerField(_("talked, s"), null=True, blank=True)
    topic = models.CharField(_("topic"), max_length=200, blank=True, default="")
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True)
    recording = models.CharField(_("recording"), max_length=500, blank=True, default="")

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.started_at} {self.direction}"


class TaskKind(models.TextChoices):
    CALL = "call", _("call")
    MEETING = "meeting", _("meeting")
    EMAIL = "email", _("e-mail")
    OTHER = "other", _("other")


class Task(Record):
    """Something a colleague has to do by a moment."""

    title = models.CharField(_("title"), max_length=300)
    kind = models.CharField(_("kind"), max_length=7, choices=TaskKind.choices, default=TaskKind.OTHER)
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="tasks")
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, blank=True, related_name="tasks")
    deal = models.ForeignKey(Deal, models.CASCADE, null=True, blank=True, related_name="tasks")
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="tasks")
    created_at = models.DateTimeField(_("set at"))
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=300, blank=True, default="")

    class Meta(Record.Meta):
        indexes = [
            models.Index(fields=["assignee", "done_at", "due_at"], name="task_by_assignee"),
            models.Index(fields=["due_at"], name="task_to_do", condition=models.Q(done_at=None)),
            models.Index(fields=["lead"], name="task_to_do_of_a_lead", condition=models.Q(done_at=None)),
        ]

    def __str__(self) -> str:
        return self.title


class Objection(models.Model):
    """What buyers say against it, as the company lists it: too dear, too far, wants another floor."""

    name = models.CharField(_("objection"), max_length=120, unique=True)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Entity(models.TextChoices):
    LEAD = "lead", _("lead")
    DEAL = "deal", _("deal")


class RequiredField(models.Model):
    """A field that the card of a lead or deal must hold before it enters a stage (empty: from the start).

    `field` is a name of the record's own column, `name`, `phone` or `email` of its person, or `custom:<key>`.
    """

    entity = models.CharField(_("of"), max_length=4, choices=Entity.choices)
    stage = models.ForeignKey(
        Stage, models.CASCADE, null=True, blank=True, related_name="required_fields", verbose_name=_("stage")
    )
    field = models.CharField(_("field"), max_length=80)

    class Meta:
        ordering = ["entity", "stage__position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["entity", "stage", "field"], name="a_field_is_required_once_for_a_stage"),
            models.UniqueConstraint(
                fields=["entity", "field"],
                condition=models.Q(stage=None),
                name="a_field_is_required_once_from_the_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.field}"
