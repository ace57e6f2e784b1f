"""The fields a lead may be judged by: those that are known at its arrival by nature, and those that can be filled later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onegoal.apps.company.models import CustomEntity, CustomField, FieldKind
from onegoal.apps.scoring.trail import Place

Text = str | Promise
Of = Literal["lead", "person"]

NATURAL: Final[dict[str, Text]] = {
    "channel": _("channel"),
    "source": _("source"),
    "medium": _("medium"),
    "campaign": _("campaign"),
    "creative": _("creative"),
    "keyword": _("keyword"),
    "landing_page": _("landing page"),
    "request_type": _("request"),
    "hour": _("hour of arrival"),
    "weekday": _("day of the week"),
    "earlier": _("earlier enquiries of the person"),
    "agency": _("agency"),
}
"""Fields that a lead brings along; they never change afterwards."""


@dataclass(frozen=True)
class LaterField:
    """A field that may be filled at any time, so that the trail has to tell when it was."""

    key: str
    label: Text
    of: Of
    place: Place
    kind: str = FieldKind.TEXT


_OWN: Final = (
    LaterField("project", _("project"), "lead", Place("project_id")),
    LaterField("product_type", _("product type"), "lead", Place("product_type")),
    LaterField("region", _("region"), "lead", Place("region")),
    LaterField("segment", _("segment"), "lead", Place("segment")),
    LaterField("person_region", _("region of the person"), "person", Place("region")),
    LaterField("person_segment", _("segment of the person"), "person", Place("segment")),
)


def later_fields() -> list[LaterField]:
    """Return the fields whose moment of filling has to be looked up, the company's own among them; days are no levels."""
    custom: dict[str, Of] = {CustomEntity.LEAD: "lead", CustomEntity.PERSON: "person"}
    own = CustomField.objects.filter(entity__in=custom).exclude(kind=FieldKind.DAY)
    return [
        *_OWN,
        *(
            LaterField(
                f"{field.entity}:{field.key}", field.label, custom[field.entity], Place("custom", field.key), field.kind
            )
            for field in own
        ),
    ]


def labels() -> dict[str, str]:
    """Return the words for every field, by key."""
    return {key: str(label) for key, label in NATURAL.items()} | {one.key: str(one.label) for one in later_fields()}
