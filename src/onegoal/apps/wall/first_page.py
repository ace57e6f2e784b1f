"""The block of standings on the first page: teams and sales managers against their part of the plan, and contests that run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from onegoal.apps.accounts.models import User
from onegoal.apps.company.models import Project
from onegoal.apps.company.queries import current_company, visible_projects
from onegoal.apps.control.blocks import Block
from onegoal.apps.control.queries.pace import Pace
from onegoal.apps.wall.models import Contest, Shows
from onegoal.apps.wall.queries.contests import Standing, standing_in, visible_contests
from onegoal.apps.wall.queries.month import sellers_in_month, teams_in_month
from onegoal.metrics.errors import QuestionRefused

MOST = 6


def standings_block(request: HttpRequest, _pace: Pace | None) -> Mapping[str, Any] | None:
    """Return what the block shows: progress, not values; a reader limited to several projects sees contests only."""
    user: User = request.user  # type: ignore[assignment]
    today = timezone.localdate()
    project, is_one_scope = only_project(user)
    teams = teams_in_month(today, shows=Shows.PROGRESS, project=project) if is_one_scope else []
    sellers = sellers_in_month(today, shows=Shows.PROGRESS, project=project) if is_one_scope else []
    contests = [found for one in _running(user, today) if (found := _of(one, today))]
    if len(teams) < 2 and len(sellers) < 2 and not contests:
        return None
    return {
        "teams": teams if len(teams) > 1 else [], "sellers": sellers[:MOST], "more": max(0, len(sellers) - MOST),
        "contests": contests, "currency": current_company().currency,
    }  # fmt: skip


def only_project(user: User) -> tuple[Project | None, bool]:
    """Return the one project a reader is limited to, if any, and whether their figures are of one project or the company."""
    if not user.projects.exists():
        return None, True
    projects = list(visible_projects(user)[:2])
    return (projects[0], True) if len(projects) == 1 else (None, False)


def _running(user: User, today: dt.date) -> list[Contest]:
    running = visible_contests(user).filter(closed_at=None, cancelled_at=None, starts_on__lte=today, ends_on__gte=today)
    return list(running.order_by("ends_on", "pk")[:3])


def _of(contest: Contest, today: dt.date) -> tuple[Contest, list[Standing]] | None:
    try:
        return contest, standing_in(contest, today=today)[:MOST]
    except QuestionRefused:
        return None  # its own page says why


BLOCK = Block(key="standings", template="wall/standings_block.html", context=standings_block, order=300)
