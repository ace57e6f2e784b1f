"""The company, its projects, pipeline stages, custom fields and exchange rates."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Company(models.Model):
    """The one company of this installation; `currency` stays empty until the first money comes in or a user sets it."""

    name = models.CharField(_("name"), max_length=200, blank=True, default="")
    currency = models.CharField(_("currency"), max_length=3, blank=True, default="")
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    country = models.CharField(
        _("country"), max_length=2, default="RO",
        help_text=_("Two letters; phones without a country code are read as this country's."),
    )  # fmt: skip
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="en")
    keeps_public_holidays = models.BooleanField(
        _("public holidays are free"), default=True, help_text=_("Those of the company's country count as days off.")
    )
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="only_one_company")]

    def __str__(self) -> str:
        return self.name


class Project(models.Model):
    """Something the company sells under one name: a residential complex, a line of products."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    region = models.CharField(_("region"), max_length=200, blank=True, default="")
    is_active = models.BooleanField(_("on sale"), default=True)

    def __str__(self) -> str:
        return self.name


class Pipeline(models.TextChoices):
    LEAD = "lead", _("lead")
    DEAL = "deal", _("deal")


class StageKind(models.TextChoices):
    """What a stage means for the figures, whatever its name."""

    OPEN = "open", _("in work")
    QUALIFIED = "qualified", _("qualified")
    NURTURE = "nurture", _("nurture")
    REJECTED = "rejected", _("rejected")
    RESERVED = "reserved", _("reserved")
    WON = "won", _("signed")
    LOST = "lost", _("lost")


class Stage(models.Model):
    """One stage of the way of leads or deals."""

    pipeline = models.CharField(_("of"), max_length=4, choices=Pipeline.choices)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("meaning"), max_length=9, choices=StageKind.choices, default=StageKind.OPEN)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["pipeline", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["pipeline", "name"], name="one_stage_for_each_name")]

    def __str__(self) -> str:
        return self.name


class CustomEntity(models.TextChoices):
    PERSON = "person", _("person")
    LEAD = "lead", _("lead")
    DEAL = "deal", _("deal")
    PRODUCT = "product", _("product")


class FieldKind(models.TextChoices):
    TEXT = "text", _("text")
    NUMBER = "number", _("number")
    DAY = "day", _("date")
    CHOICE = "choice", _("one of a list")
    FLAG = "flag", _("yes or no")


class CustomField(models.Model):
    """A field of the company's own; its values live in the record's `custom` under `key`."""

    entity = models.CharField(_("of"), max_length=10, choices=CustomEntity.choices)
    key = models.SlugField(_("key"), max_length=60)
    label = models.CharField(_("label"), max_length=120)
    kind = models.CharField(_("kind"), max_length=6, choices=FieldKind.choices, default=FieldKind.TEXT)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["entity", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["entity", "key"], name="one_field_for_each_key")]

    def __str__(self) -> str:
        return self.label


class ExchangeRate(models.Model):
    """What one unit of `currency` is worth in the company's currency from a day on, in billionths (exact on SQLite)."""

    currency = models.CharField(_("currency"), max_length=3)
    valid_from = models.DateField(_("from"))
    rate_billionths = models.BigIntegerField()

    class Meta:
        ordering = ["currency", "-valid_from"]
        constraints = [models.UniqueConstraint(fields=["currency", "valid_from"], name="one_rate_for_each_day")]

    def __str__(self) -> str:
        return f"{self.currency} {self.valid_from}"

    @property
    def rate(self) -> Decimal:
        """Return the rate as a number, exactly."""
        return Decimal(self.rate_billionths).scaleb(-9).normalize()


class WorkingHours(models.Model):
    """When the sales office works on one day of the week (0 is Monday), in the company's time zone; no row is a free day."""

    weekday = models.PositiveSmallIntegerField(_("day of the week"), unique=True)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        ordering = ["weekday"]
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="a_week_has_seven_days"),
            models.CheckConstraint(condition=models.Q(opens__lt=models.F("closes")), name="opens_before_it_closes"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}-{self.closes:%H:%M}"


class DayOff(models.Model):
    """A day on which the office does not work, or works in spite of a public holiday (`is_worked`)."""

    day = models.DateField(_("day"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True, default="")
    is_worked = models.BooleanField(_("worked all the same"), default=False)

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}".strip()
