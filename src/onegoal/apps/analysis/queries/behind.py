"""The records behind a figure, read from where they live and only as far as the asker may see them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.reach import reach_of
from onegoal.apps.analysis.queries.card_fields import card_fields_by_key
from onegoal.apps.analysis.queries.touches import touches_by_key, visitors_by_key
from onegoal.apps.feedback.models import LeadMark
from onegoal.apps.marketing.models import Spend
from onegoal.apps.products.models import Product
from onegoal.apps.quality.models import Answer
from onegoal.apps.quality.queries.reviews import visible_reviews
from onegoal.apps.regulation.models import Decision
from onegoal.apps.sales.queries import (
    visible_calls,
    visible_deals,
    visible_leads,
    visible_payments,
    visible_schedule,
    visible_tasks,
)


def records_of(user: User, entity: str, ids: Sequence[int]) -> list[Any]:
    """The records of one kind in the order of `ids`; those the user may not see are left out.

    Raises: KeyError for a kind that has no list.
    """
    if entity == "card_field":
        return card_fields_by_key(user, ids)
    if entity in _FROM_WAREHOUSE:
        return _FROM_WAREHOUSE[entity](ids)
    found = _FROM_RECORDS[entity](user).in_bulk(list(ids))
    return [found[pk] for pk in ids if pk in found]


def _leads(user: User) -> QuerySet[Any]:
    return visible_leads(user).select_related("person", "origin", "project", "seller", "stage")


def _deals(user: User) -> QuerySet[Any]:
    return visible_deals(user).select_related("person", "lead__origin", "project", "seller", "stage")


def _payments(user: User) -> QuerySet[Any]:
    return visible_payments(user).select_related("deal__person", "deal__project", "deal__seller")


def _schedule(user: User) -> QuerySet[Any]:
    return visible_schedule(user).select_related("deal__person", "deal__project", "deal__seller")


def _spend(user: User) -> QuerySet[Any]:
    return Spend.objects.filter(reach_of(user).projects()).select_related("origin", "project")


def _calls(user: User) -> QuerySet[Any]:
    return visible_calls(user).select_related("person", "seller")


def _tasks(user: User) -> QuerySet[Any]:
    return visible_tasks(user).select_related("person", "assignee")


def _products(user: User) -> QuerySet[Any]:
    return Product.objects.filter(reach_of(user).projects()).select_related("project")


def _rejections(user: User) -> QuerySet[Any]:
    seen = Decision.objects.filter(lead__in=visible_leads(user).values("pk"))
    return seen.select_related("lead__person", "seller", "check_of")


def _reviews(user: User) -> QuerySet[Any]:
    return visible_reviews(user).select_related("call__person", "seller", "reviewer", "scorecard")


def _answers(user: User) -> QuerySet[Any]:
    seen = Answer.objects.filter(review__in=visible_reviews(user).values("pk"))
    return seen.select_related("question", "review__call__person", "review__seller", "review__reviewer")


def _marks(user: User) -> QuerySet[Any]:
    seen = LeadMark.objects.filter(lead__in=visible_leads(user).values("pk"))
    return seen.select_related("lead__person", "lead__origin", "author", "objection")


_FROM_RECORDS: dict[str, Callable[[User], QuerySet[Any]]] = {
    "lead": _leads,
    "deal": _deals,
    "payment": _payments,
    "schedule": _schedule,
    "spend": _spend,
    "call": _calls,
    "task": _tasks,
    "product": _products,
    "rejection": _rejections,
    "review": _reviews,
    "answer": _answers,
    "mark": _marks,
}
_FROM_WAREHOUSE: dict[str, Callable[[Sequence[int]], list[Any]]] = {
    "touch": touches_by_key,
    "visitor": visitors_by_key,
}
