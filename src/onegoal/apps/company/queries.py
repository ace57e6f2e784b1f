"""Reads of the company and its settings."""

from __future__ import annotations

from django.db.models import QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.queries import project_limit
from onegoal.apps.company.models import Company, Project


def current_company() -> Company:
    """Return the one company; before it is set up, an unsaved one with the defaults."""
    return Company.objects.filter(pk=1).first() or Company(pk=1)


def demo_people() -> QuerySet[User]:
    """Return the people of the demo company who can sign in, leaders first."""
    people = User.objects.filter(is_active=True, email__isnull=False).exclude(password="")
    return people.order_by("role", "name")


def visible_projects(user: User) -> QuerySet[Project]:
    """Return the projects the user may see: all but for those limited to some."""
    limit = project_limit(user)
    return Project.objects.all() if limit is None else Project.objects.filter(pk__in=limit)
