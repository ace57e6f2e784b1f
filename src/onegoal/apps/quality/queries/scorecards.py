"""Reads of scorecards and of the list of objections."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from onegoal.apps.quality.models import Scorecard
from onegoal.apps.sales.models import Objection


def scorecards_by_name() -> list[tuple[str, list[Scorecard]]]:
    """Return the versions of each scorecard, the newest first, with `review_count` and `question_count`."""
    counted = Scorecard.objects.annotate(
        review_count=Count("reviews", distinct=True), question_count=Count("questions", distinct=True)
    )
    by_name: dict[str, list[Scorecard]] = {}
    for card in counted.order_by("name", "-version"):
        by_name.setdefault(card.name, []).append(card)
    return list(by_name.items())


def objections_in_order() -> QuerySet[Objection]:
    """Return every objection in the order sellers see them, those out of use too."""
    return Objection.objects.order_by("position", "pk")
