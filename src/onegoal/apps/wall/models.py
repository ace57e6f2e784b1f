"""Wall screens with their boards, contests, and the calendar of traditions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import Team
from onegoal.apps.company.models import Project


class WallScreen(models.Model):
    """A TV in the office: a link with a token, read only, revocable. Of the token only a digest is kept."""

    name = models.CharField(_("name"), max_length=120)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("project")
    )
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, blank=True, default="")
    is_dark = models.BooleanField(_("dark"), default=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class BoardKind(models.TextChoices):
    """What one board says."""

    GOAL = "goal", _("the goal and its pace")
    DAYS = "days", _("per cent of the plan by day")
    MONEY = "money", _("money of the month against the plan")
    TEAMS = "teams", _("teams side by side")
    SELLERS = "sellers", _("sales managers")
    CONTEST = "contest", _("a contest")
    TODAY = "today", _("what is needed today")


class Shows(models.TextChoices):
    """How openly standings are told."""

    VALUE = "value", _("values")
    PROGRESS = "progress", _("progress only")
    RANK = "rank", _("places only")


class Contest(models.Model):
    """A contest over a figure of the catalogue, between people or between teams; its result is kept once it is over."""

    name = models.CharField(_("name"), max_length=200)
    metric = models.CharField(_("figure"), max_length=60)
    where = models.JSONField(
        default=list, blank=True, help_text="filters of the figure, as pairs of dimension and value"
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    is_between_teams = models.BooleanField(_("between teams"), default=False)
    per_person = models.BooleanField(
        _("counted for each member"), default=False, help_text=_("Teams of different sizes compete fairly.")
    )
    minimum = models.BigIntegerField(
        _("minimum to win"), null=True, blank=True, help_text=_("Who has less cannot win a prize.")
    )
    shows = models.CharField(_("standings show"), max_length=8, choices=Shows.choices, default=Shows.VALUE)
    note = models.TextField(_("rules"), blank=True, default="")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(_("result settled at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("called off at"), null=True, blank=True)

    class Meta:
        ordering = ["-ends_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(starts_on__lte=models.F("ends_on")), name="a_contest_has_days")
        ]

    def __str__(self) -> str:
        return self.name


class Entrant(models.Model):
    """A person or team in a contest. What it reached counts times its handicap; value and place are set when it is over.

    `value_millionths` is the figure in millionths of its unit, so that rates are exact too.
    """

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="entrants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+")
    handicap_bp = models.PositiveIntegerField(_("counts times, hundredths of a per cent"), default=10_000)
    value_millionths = models.BigIntegerField(null=True, blank=True)
    place = models.PositiveIntegerField(_("place"), null=True, blank=True)

    class Meta:
        ordering = ["contest", "place", "id"]
        constraints = [
            models.UniqueConstraint(fields=["contest", "user"], name="a_person_enters_a_contest_once"),
            models.UniqueConstraint(fields=["contest", "team"], name="a_team_enters_a_contest_once"),
            models.CheckConstraint(
                condition=models.Q(user__isnull=True) ^ models.Q(team__isnull=True), name="an_entrant_is_one"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user or self.team)


class Prize(models.Model):
    """What a place wins."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="prizes")
    place = models.PositiveSmallIntegerField(_("place"))
    text = models.CharField(_("prize"), max_length=200)
    given_at = models.DateTimeField(_("handed over at"), null=True, blank=True)

    class Meta:
        ordering = ["contest", "place"]
        constraints = [models.UniqueConstraint(fields=["contest", "place"], name="one_prize_for_each_place")]

    def __str__(self) -> str:
        return self.text


class WallBoard(models.Model):
    """One board of a screen's rotation."""

    screen = models.ForeignKey(WallScreen, models.CASCADE, related_name="boards")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("board"), max_length=8, choices=BoardKind.choices)
    seconds = models.PositiveSmallIntegerField(_("shown for, seconds"), default=20)
    shows = models.CharField(_("standings show"), max_length=8, choices=Shows.choices, default=Shows.PROGRESS)
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("team"))
    contest = models.ForeignKey(
        Contest, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("contest")
    )

    class Meta:
        ordering = ["screen", "position", "id"]

    def __str__(self) -> str:
        return f"{self.screen} {self.kind}"


class Tradition(models.Model):
    """Something the company keeps doing: once or every week, month or year, from a first day on."""

    name = models.CharField(_("name"), max_length=200)
    first_on = models.DateField(_("first on"))
    repeats = models.CharField(
        _("repeats"), max_length=7, blank=True, default="",
        choices=[("week", _("every week")), ("month", _("every month")), ("year", _("every year"))],
    )  # fmt: skip
    note = models.TextField(_("note"), blank=True, default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    stopped_on = models.DateField(_("no longer from"), null=True, blank=True)

    class Meta:
        ordering = ["first_on", "id"]

    def __str__(self) -> str:
        return self.name
