"""Products: a flat with its rooms and area is one kind of product."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from onegoal.apps.company.models import Project
from onegoal.apps.company.records import Record


class ProductStatus(models.TextChoices):
    AVAILABLE = "available", _("available")
    RESERVED = "reserved", _("reserved")
    SOLD = "sold", _("sold")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Product(Record):
    """One thing that can be sold once (a flat) or many times (a catalogue item)."""

    name = models.CharField(_("name"), max_length=200)
    project = models.ForeignKey(
        Project, models.SET_NULL, null=True, blank=True, related_name="products", verbose_name=_("project")
    )
    product_type = models.CharField(_("type"), max_length=120, blank=True, default="")
    rooms = models.PositiveSmallIntegerField(_("rooms"), null=True, blank=True)
    area_hundredths = models.BigIntegerField(_("area, hundredths of m²"), null=True, blank=True)
    floor = models.SmallIntegerField(_("floor"), null=True, blank=True)
    price_minor = models.BigIntegerField(_("price"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True, default="")
    status = models.CharField(_("status"), max_length=9, choices=ProductStatus.choices, default=ProductStatus.AVAILABLE)
    custom = models.JSONField(default=dict, blank=True)

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return self.name
