"""Figures as they were published, and what is different about them since."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class FigureFrozen(Exception):
    """A frozen figure can be neither changed nor deleted."""


class PublicationSet(models.QuerySet["Publication"]):
    """Publications; those that are frozen refuse changes in bulk too."""

    def update(self, **values: Any) -> int:
        """Change all of them. Raises: FigureFrozen."""
        self._refuse_frozen()
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete all of them. Raises: FigureFrozen."""
        self._refuse_frozen()
        return super().delete()

    def _refuse_frozen(self) -> None:
        if self.filter(is_frozen=True).exists():
            raise FigureFrozen


class Publication(models.Model):
    """Figures of attribution as they were told to others: the question, the version of the data, and the answer.

    `figures` is the answer as canonical JSON, `digest` its SHA-256. The files of `manifest_version` are kept in the
    warehouse as long as the publication is.
    """

    name = models.CharField(_("name"), max_length=200)
    purpose = models.CharField(_("used for"), max_length=60, blank=True, default="")
    asked = models.JSONField(_("question"))
    scope = models.JSONField(_("whose records"))
    model_names = models.JSONField(_("models"))
    data_version = models.CharField(_("version of the data"), max_length=120)
    manifest_version = models.BigIntegerField()
    time_zone = models.CharField(max_length=60)
    currency = models.CharField(max_length=3, blank=True, default="")
    figures = models.TextField(_("figures"))
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("published by")
    )
    is_frozen = models.BooleanField(_("frozen"), default=False)
    frozen_at = models.DateTimeField(_("frozen at"), null=True)

    objects = PublicationSet.as_manager()

    class Meta:
        ordering = ["-published_at", "-id"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it. Raises: FigureFrozen."""
        self._refuse_frozen()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete it. Raises: FigureFrozen."""
        self._refuse_frozen()
        return super().delete(*args, **kwargs)

    @property
    def is_locked(self) -> bool:
        """Whether taking back a batch must leave it as it is."""
        return self.is_frozen

    def _refuse_frozen(self) -> None:
        if self.pk and Publication.objects.filter(pk=self.pk, is_frozen=True).exists():
            raise FigureFrozen


class Comparison(models.Model):
    """One look at a publication beside the data of a later version; a later look that finds the same is no new row."""

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="comparisons")
    first_seen_at = models.DateTimeField(_("first seen at"))
    compared_at = models.DateTimeField(_("compared at"))
    data_version = models.CharField(_("version of the data"), max_length=120)
    state = models.CharField(max_length=64, help_text="digest of the tables that decide the figures")
    digest = models.CharField(max_length=64, help_text="of what differs")
    is_different = models.BooleanField(_("differs"), default=False)

    class Meta:
        ordering = ["-compared_at", "-id"]

    def __str__(self) -> str:
        return f"{self.publication} {self.compared_at:%Y-%m-%d}"


class Restatement(models.Model):
    """What a figure was when it was published, what it is now, and which change of the data made which part of it.

    Conversions are in billionths, money in minor units. `parts` is {why: [billionths, minor units]} for grouping,
    persons, conversions, touches and spend; they add up to now less was. An empty `model` is spend.
    """

    comparison = models.ForeignKey(Comparison, models.CASCADE, related_name="restatements")
    model = models.CharField(_("model"), max_length=40, blank=True, default="")
    group = models.CharField(_("group"), max_length=500)
    was_billionths = models.BigIntegerField(default=0)
    now_billionths = models.BigIntegerField(default=0)
    was_minor = models.BigIntegerField(default=0)
    now_minor = models.BigIntegerField(default=0)
    parts = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.model} {self.group}"
