"""Saved views: the address of a table as somebody wants to find it again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """Sorting, filters and columns of one table under a name; a shared one is seen by all who see the page."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=80)
    name = models.CharField(_("name"), max_length=80)
    query = models.TextField(blank=True, default="")
    is_shared = models.BooleanField(_("for everybody"), default=False)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["user", "page", "name"], name="one_saved_view_for_each_name")]
        indexes = [models.Index(fields=["page", "is_shared"])]

    def __str__(self) -> str:
        return self.name
