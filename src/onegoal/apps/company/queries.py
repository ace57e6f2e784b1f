"""Reads of the company and its settings."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, QuerySet, Sum

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.queries import project_limit
from onegoal.apps.company.models import Company, PlannedFigure, Project


def current_company() -> Company:
    """Return the one company; before it is set up, an unsaved one with the defaults."""
    return Company.objects.filter(pk=1).first() or Company(pk=1)


def demo_people() -> QuerySet[User]:
    """Return the people of the demo company who can sign in, by role and name."""
    people = User.objects.filter(is_active=True, email__isnull=False).exclude(password="")
    return people.order_by("role", "name")


def visible_projects(user: User) -> QuerySet[Project]:
    """Return the projects the user may see: all but for those limited to some."""
    limit = project_limit(user)
    return Project.objects.all() if limit is None else Project.objects.filter(pk__in=limit)


def planned_figures(first_month: dt.date, last_month: dt.date, *, project: str | None = None) -> dict[str, int]:
    """Return what is planned for whole months, by metric: the company's plan, or one project's by its name.

    A metric that is planned for only some of the months is left out: it could not be held against their sum.
    """
    plans = PlannedFigure.objects.filter(month__gte=first_month, month__lte=last_month)
    plans = plans.filter(project__name=project) if project else plans.filter(project=None)
    months = (last_month.year - first_month.year) * 12 + last_month.month - first_month.month + 1
    rows = plans.order_by().values("metric").annotate(total=Sum("value"), known=Count("month"))
    return {row["metric"]: row["total"] for row in rows if row["known"] == months}
