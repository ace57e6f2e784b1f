"""What every record that can come from another system has in common."""

from __future__ import annotations

from django.db import models


class Record(models.Model):
    """A record with its source: the pair (`source`, `source_id`) makes a second import of the same row change nothing."""

    source = models.CharField(max_length=60, blank=True, default="")
    source_id = models.CharField(max_length=200, blank=True, default="")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"],
                condition=~models.Q(source_id=""),
                name="%(class)s_once_for_each_source_id",
            )
        ]
