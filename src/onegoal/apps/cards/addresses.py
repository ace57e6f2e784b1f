"""Where the card of a record is, and the two words for records in addresses of cards."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from onegoal.apps.sales.models import Deal, Lead


class OfConverter:
    """`leads` or `deals` in an address; the view gets `lead` or `deal`."""

    regex = "leads|deals"

    def to_python(self, value: str) -> str:
        return value.removesuffix("s")

    def to_url(self, value: str) -> str:
        return value if value.endswith("s") else f"{value}s"


def card_url(record: Lead | Deal) -> str:
    """Return the address of the card; of a deal it is that of the board, else of its person."""
    if isinstance(record, Lead):
        return reverse("cards:lead", args=[record.pk])
    try:
        return reverse("board:deal", args=[record.pk])
    except NoReverseMatch:
        return reverse("people:person", args=[record.person_id])
