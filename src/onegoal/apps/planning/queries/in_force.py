"""What is planned for good: the figures of the versions in force, by month, by day and by dimension.

A month is planned by the version in force whose plan holds it; where several plans do, by the one that came into force
last. A project has its own plan, or else its part of the company's.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from django.db.models import Q, QuerySet, Sum

from onegoal.apps.company.models import Project
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.planning.models import PlanCell, PlanVersion, VersionState
from onegoal.core.periods import Period, add_months
from onegoal.core.plan_grid import months_between, split_over_days

Dimension = Literal["project", "product_type", "channel"]
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class _Source:
    """Whose cells plan a month: those of a version, narrowed to one project's part or whole."""

    version: PlanVersion
    project: str


def version_in_force(*, project: Project | str | None = None, month: dt.date) -> PlanVersion | None:
    """Return the version that plans a month of the company, or of a project (its own plan, else the company's)."""
    month = month.replace(day=1)
    source = _sources(month, month, project).get(month)
    return source.version if source else None


def planned_figures(
    first_month: dt.date, last_month: dt.date, *, project: Project | str | None = None
) -> dict[str, int]:
    """Return what is planned for whole months, by metric: the company's plan, or one project's.

    Money is in minor units of the company's currency. A metric that is planned for only some of the months is left
    out: it could not be held against their sum.
    """
    by_month = planned_by_month(first_month, last_month, project=project)
    metrics = {metric for figures in by_month.values() for metric in figures}
    return {
        metric: sum(figures[metric] for figures in by_month.values())
        for metric in sorted(metrics)
        if all(metric in figures for figures in by_month.values())
    }


def planned_by_month(
    first_month: dt.date, last_month: dt.date, *, project: Project | str | None = None
) -> dict[dt.date, dict[str, int]]:
    """Return what is planned for each month, by metric; a month without a plan has no metric."""
    found: dict[dt.date, dict[str, int]] = {month: {} for month in months_between(first_month, last_month)}
    sources = _sources(first_month, last_month, project)
    rows = _cells(sources).order_by().values_list("month", "metric").annotate(total=Sum("value"))
    for month, metric, total in rows:
        found[month][metric] = total
    return found


def planned_by_day(
    metric: str, start: dt.date, end: dt.date, *, project: Project | str | None = None
) -> dict[dt.date, int]:
    """Return what is planned for each day from `start` to `end`; a day of a month without a plan is left out.

    A month's figure is spread evenly over its working days, or over all its days where none is worked; the days of a
    month add up to it. Free days have 0.
    """
    by_month = planned_by_month(start, end, project=project)
    days: dict[dt.date, int] = {}
    calendar = calendar_of_company()
    for month, figures in by_month.items():
        if metric not in figures:
            continue
        whole = list(Period(month, add_months(month, 1) - _DAY))
        worked = [day for day in whole if calendar.window(day) is not None]
        days |= dict.fromkeys(whole, 0) | split_over_days(figures[metric], worked or whole)
    return {day: value for day, value in days.items() if start <= day <= end}


def planned_by(
    metric: str, month: dt.date, dimension: Dimension, *, project: Project | str | None = None
) -> dict[str, int]:
    """Return what is planned for a month by project, product type or channel; "" holds what is not divided."""
    month = month.replace(day=1)
    cells = _cells(_sources(month, month, project)).filter(metric=metric)
    rows = cells.order_by(dimension).values_list(dimension).annotate(total=Sum("value"))
    return dict(rows)


def _sources(first: dt.date, last: dt.date, project: Project | str | None) -> dict[dt.date, _Source]:
    """Return who plans each month that is planned at all, from one query."""
    name = str(project) if project else ""
    first, last = first.replace(day=1), last.replace(day=1)
    versions = PlanVersion.objects.filter(
        Q(plan__project=None) | Q(plan__project__name=name) if name else Q(plan__project=None),
        state=VersionState.IN_FORCE, plan__archived_at=None,
        plan__first_month__lte=last, plan__last_month__gte=first,
    ).select_related("plan")  # fmt: skip
    # The later wins; a project's own plan is stronger than its part of the company's.
    ranked = sorted(versions, key=lambda one: (one.plan.project_id is not None, one.in_force_from, one.pk))
    found: dict[dt.date, _Source] = {}
    for version in ranked:
        narrowed = name if name and version.plan.project_id is None else ""
        for month in months_between(max(first, version.plan.first_month), min(last, version.plan.last_month)):
            found[month] = _Source(version, narrowed)
    return found


def _cells(sources: dict[dt.date, _Source]) -> QuerySet[PlanCell]:
    grouped: dict[_Source, list[dt.date]] = defaultdict(list)
    for month, source in sources.items():
        grouped[source].append(month)
    wanted = [_of_source(source, months) for source, months in grouped.items()]
    if not wanted:
        return PlanCell.objects.none()
    together = wanted[0]
    for one in wanted[1:]:
        together |= one
    return PlanCell.objects.filter(together)


def _of_source(source: _Source, months: Iterable[dt.date]) -> Q:
    cells = Q(version=source.version, month__in=list(months))
    return cells & Q(project=source.project) if source.project else cells
