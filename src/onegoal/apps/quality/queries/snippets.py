"""Reads of snippets: pieces of calls with an objection, a topic or an end, for those who want to hear customers speak."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.quality.models import CallRemark
from onegoal.apps.quality.queries.reviews import visible_remarks


@dataclass(frozen=True)
class SnippetFilter:
    """What is listened for; empty means everything."""

    objection_id: int | None = None
    topic: str = ""
    campaign: str = ""
    start: dt.datetime | None = None
    end: dt.datetime | None = None


def visible_snippets(user: User) -> QuerySet[CallRemark]:
    """Return the remarks that are snippets, of calls a person may hear, newest call first."""
    is_snippet = Q(end_second__isnull=False) | Q(objection__isnull=False) | ~Q(topic="")
    found = visible_remarks(user).filter(is_snippet)
    found = found.select_related("call__lead__origin", "call__person", "call__seller", "objection", "author")
    return found.order_by("-call__started_at", "second", "pk")


def snippets(user: User, asked: SnippetFilter) -> QuerySet[CallRemark]:
    """Return the snippets that fit."""
    found = visible_snippets(user)
    if asked.objection_id:
        found = found.filter(objection_id=asked.objection_id)
    if asked.topic:
        found = found.filter(topic__iexact=asked.topic)
    if asked.campaign:
        found = found.filter(call__lead__origin__campaign=asked.campaign)
    if asked.start:
        found = found.filter(call__started_at__gte=asked.start)
    return found.filter(call__started_at__lt=asked.end) if asked.end else found


def topics_and_campaigns(user: User) -> tuple[list[str], list[str]]:
    """Return the topics and the campaigns there are snippets of."""
    found = visible_snippets(user).order_by()
    topics = found.exclude(topic="").values_list("topic", flat=True).distinct()
    campaigns = found.exclude(call__lead__origin__campaign="").values_list("call__lead__origin__campaign", flat=True)
    return sorted(set(topics)), sorted({one for one in campaigns.distinct() if one})
