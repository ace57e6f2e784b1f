"""Where customers come from: origins, channel grouping, campaigns, creatives, spend."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from onegoal.apps.company.models import Project
from onegoal.apps.company.records import Record
from onegoal.apps.marketing.words import channel_words


class ChannelRule(models.Model):
    """One row of the ordered grouping table; the first rule whose conditions all hold names the channel."""

    position = models.PositiveIntegerField(_("position"))
    channel = models.CharField(_("channel"), max_length=80)
    conditions = models.JSONField(_("conditions"), default=list)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.position}. {self.channel}"


class Origin(models.Model):
    """One distinct combination of marks that say where somebody came from.

    Leads, spend and touches point here, so the grouping of channels can change without touching them.
    """

    digest = models.CharField(max_length=32, unique=True)
    channel = models.CharField(_("channel"), max_length=80, db_index=True)
    given_channel = models.CharField(max_length=80, blank=True, default="")
    utm_source = models.CharField(_("source"), max_length=200, blank=True, default="")
    medium = models.CharField(_("medium"), max_length=200, blank=True, default="")
    campaign = models.CharField(_("campaign"), max_length=300, blank=True, default="")
    creative = models.CharField(_("creative"), max_length=300, blank=True, default="")
    keyword = models.CharField(_("keyword"), max_length=300, blank=True, default="")
    landing_page = models.CharField(_("landing page"), max_length=500, blank=True, default="")
    referrer_host = models.CharField(max_length=200, blank=True, default="")
    click_id = models.CharField(max_length=20, blank=True, default="")
    request_type = models.CharField(max_length=8, blank=True, default="")

    def __str__(self) -> str:
        return " / ".join(filter(None, [self.channel, self.utm_source, self.campaign]))

    @property
    def shown(self) -> str:
        """Return the origin as people read it: its channel in words, the source, the campaign."""
        return " / ".join(filter(None, [channel_words(self.channel), self.utm_source, self.campaign]))


class Campaign(Record):
    """An advertising campaign as its platform names it."""

    name = models.CharField(_("name"), max_length=300)
    platform = models.CharField(_("platform"), max_length=60, blank=True, default="")
    project = models.ForeignKey(
        Project, models.SET_NULL, null=True, blank=True, related_name="campaigns", verbose_name=_("project")
    )
    product_type = models.CharField(_("product type"), max_length=120, blank=True, default="")
    started_on = models.DateField(_("from"), null=True, blank=True)
    ended_on = models.DateField(_("to"), null=True, blank=True)

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["platform", "name"], name="one_campaign_for_each_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Creative(Record):
    """One advertisement: a text, a picture, a video."""

    name = models.CharField(_("name"), max_length=300)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="creatives", verbose_name=_("campaign"))
    kind = models.CharField(_("kind"), max_length=60, blank=True, default="")

    class Meta(Record.Meta):
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["campaign", "name"], name="one_creative_for_each_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Spend(Record):
    """What was paid for advertising on one day, as fine as its source tells."""

    day = models.DateField(_("day"), db_index=True)
    origin = models.ForeignKey(Origin, models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, models.SET_NULL, null=True, blank=True, related_name="+")
    product_type = models.CharField(max_length=120, blank=True, default="")
    region = models.CharField(max_length=200, blank=True, default="")
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    impressions = models.BigIntegerField(_("impressions"), null=True, blank=True)
    clicks = models.BigIntegerField(_("clicks"), null=True, blank=True)

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.day} {self.amount_minor} {self.currency}"
