"""Checks of rejections, returns to work, scorecards, reviews of calls, comments, snippets and coaching."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onegoal.apps.regulation.models import Clause, Decision
from onegoal.apps.sales.models import Call, Objection, Task


class QualitySettings(models.Model):
    """What the company agreed about control: precision, cost of an hour, calls a day, when a call counts.

    `seed`, `began_at` and `seen_decision` are the state of the draw of rejections, kept beside what it goes by.
    """

    precision_bp = models.PositiveIntegerField(
        _("half-width of the wrong-rejection rate, hundredths of a per cent"), default=1000
    )
    expected_bp = models.PositiveIntegerField(
        _("expected wrong-rejection rate, hundredths of a per cent"), default=1500
    )
    hour_cost_minor = models.BigIntegerField(_("cost of an hour of control"), default=0)
    promising_bp = models.PositiveIntegerField(
        _("a rejected lead is promising from this score on, hundredths of a per cent"), default=5000
    )
    reviews_a_day = models.PositiveSmallIntegerField(_("calls of each seller to review a day"), default=2)
    shortest_seconds = models.PositiveIntegerField(_("shortest call to review, seconds"), default=30)
    seed = models.CharField(max_length=40, blank=True, default="", help_text="of the draw of rejections; set once")
    began_at = models.DateTimeField(_("rejections are checked from"), null=True, blank=True)
    seen_decision = models.BigIntegerField(default=0, help_text="the newest decision the queue has looked at")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="only_one_set_of_quality_settings")]

    def __str__(self) -> str:
        return "quality settings"


class CheckState(models.TextChoices):
    WAITING = "waiting", _("to be checked")
    RIGHT = "right", _("rightly rejected")
    WRONG = "wrong", _("wrongly rejected")
    DISPUTED = "disputed", _("the seller disagrees")
    UPHELD = "upheld", _("wrong, said the head")
    REVERSED = "reversed", _("right, said the head")


class Check(models.Model):
    """The control of one rejection: why it was chosen, what was found with which evidence, and what the seller says.

    `is_drawn` marks the random sample of all rejections, from which alone rates are estimated. `working_seconds` is how
    long the analyst had it open: while `opened_by` has it open, `worked_at` is when they last did something there.
    `share_bp` is the chance with which the rejection could be drawn, in hundredths of a per cent.
    """

    decision = models.OneToOneField(Decision, models.CASCADE, related_name="check_of")
    queued_on = models.DateField(_("in the queue since"), db_index=True)
    is_contradictory = models.BooleanField(_("against the regulation"), default=False)
    is_drawn = models.BooleanField(_("drawn at random"), default=False)
    is_promising = models.BooleanField(_("promising by the score"), default=False)
    share_bp = models.PositiveIntegerField(_("chance to be drawn"), null=True, blank=True)
    chance_bp = models.PositiveIntegerField(_("score"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=CheckState.choices, default=CheckState.WAITING)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("analyst")
    )
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    worked_at = models.DateTimeField(null=True, blank=True)
    working_seconds = models.PositiveIntegerField(_("time spent, s"), default=0)
    clause = models.ForeignKey(Clause, models.PROTECT, null=True, blank=True, related_name="+")
    call = models.ForeignKey(Call, models.SET_NULL, null=True, blank=True, related_name="+")
    call_second = models.PositiveIntegerField(_("second of the call"), null=True, blank=True)
    document = models.CharField(_("document"), max_length=200, blank=True, default="")
    document_name = models.CharField(_("name of the document"), max_length=200, blank=True, default="")
    finding = models.TextField(_("finding"), blank=True, default="")
    returned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("returned to"),
    )
    returned_at = models.DateTimeField(_("returned at"), null=True, blank=True)
    seller_answer = models.TextField(_("the seller's answer"), blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    ruling = models.TextField(_("the head's ruling"), blank=True, default="")
    ruled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    ruled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["queued_on", "id"]
        indexes = [models.Index(fields=["state", "queued_on"], name="check_by_state")]

    def __str__(self) -> str:
        return f"{self.decision} {self.state}"


class Scorecard(models.Model):
    """A version of the questions by which calls are judged; one with reviews is not changed but succeeded."""

    name = models.CharField(_("name"), max_length=120)
    version = models.PositiveIntegerField(default=1)
    is_active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "-version"]
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="one_scorecard_for_each_version")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class QuestionKind(models.TextChoices):
    YES_NO = "yes_no", _("yes or no")
    SCALE = "scale", _("0 to 5")
    TEXT = "text", _("text")


class Question(models.Model):
    """One question of a scorecard, about one step of the script; `failed_below` of a scale says which answers fail it."""

    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="questions")
    position = models.PositiveIntegerField(default=0)
    step = models.CharField(_("step of the script"), max_length=120)
    text = models.CharField(_("question"), max_length=300)
    guide = models.CharField(_("how to judge"), max_length=400, blank=True, default="")
    kind = models.CharField(_("answer"), max_length=6, choices=QuestionKind.choices, default=QuestionKind.YES_NO)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    failed_below = models.PositiveSmallIntegerField(_("fails below"), default=3)
    is_mandatory = models.BooleanField(_("must be answered"), default=True)
    may_not_apply = models.BooleanField(_("may not apply"), default=False)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.text


class ReviewDuty(models.Model):
    """A call drawn for review on a day: owed until it is reviewed, or excused with a reason."""

    day = models.DateField(_("day"), db_index=True)
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    call = models.ForeignKey(Call, models.CASCADE, related_name="duties")
    done_at = models.DateTimeField(null=True, blank=True)
    excused = models.CharField(_("excused because"), max_length=200, blank=True, default="")

    class Meta:
        ordering = ["day", "id"]
        constraints = [models.UniqueConstraint(fields=["call"], name="a_call_is_drawn_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.call}"


class Review(models.Model):
    """One reviewer's judgement of one call; `score_bp` is the weighted share of points, in hundredths of a per cent."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="reviews")
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews")
    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="reviews")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    score_bp = models.PositiveIntegerField(_("score"), null=True, blank=True)
    summary = models.TextField(_("summary"), blank=True, default="")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        help_text=_("of a calibration: several judge the same call"),
    )  # fmt: skip
    acknowledged_at = models.DateTimeField(_("read by the seller at"), null=True, blank=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(fields=["call", "reviewer", "scorecard"], name="each_reviewer_judges_a_call_once")
        ]

    def __str__(self) -> str:
        return f"{self.call} {self.reviewer}"


class Answer(models.Model):
    """One answer of a review: `value` 0 or 1 for yes or no, 0 to 5 for a scale; neither when it does not apply."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    value = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.TextField(blank=True, default="")
    does_not_apply = models.BooleanField(default=False)
    is_failed = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "question"], name="a_question_is_answered_once")]

    def __str__(self) -> str:
        return f"{self.question} {self.value}"


class CallRemark(models.Model):
    """A comment at a second of a call; with an end and a tag it is a snippet others listen to."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="remarks")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    second = models.PositiveIntegerField(_("at second"))
    end_second = models.PositiveIntegerField(_("until second"), null=True, blank=True)
    text = models.TextField(_("comment"), blank=True, default="")
    objection = models.ForeignKey(
        Objection, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("objection")
    )
    topic = models.CharField(_("topic"), max_length=120, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["second", "id"]

    def __str__(self) -> str:
        return f"{self.call} {self.second}"


class Coaching(models.Model):
    """What a seller is to practise after a review, and when it is looked at again; its task stands in the seller's list."""

    seller = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="coaching")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    review = models.ForeignKey(Review, models.SET_NULL, null=True, blank=True, related_name="coaching")
    step = models.CharField(_("step of the script"), max_length=120, blank=True, default="")
    text = models.TextField(_("what to practise"))
    follow_up_on = models.DateField(_("look again on"))
    task = models.ForeignKey(Task, models.SET_NULL, null=True, blank=True, related_name="+")
    follow_up_task = models.ForeignKey(
        Task, models.SET_NULL, null=True, blank=True, related_name="+", help_text=_("the author's own")
    )
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(_("result"), max_length=300, blank=True, default="")

    class Meta:
        ordering = ["follow_up_on", "id"]

    def __str__(self) -> str:
        return f"{self.seller} {self.step}"
