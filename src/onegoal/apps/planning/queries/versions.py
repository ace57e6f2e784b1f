"""Plans and versions a user may see, and the figures of a version by their places."""

from __future__ import annotations

from django.db.models import QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.queries import project_limit
from onegoal.apps.planning.models import Plan, PlanCell, PlanVersion
from onegoal.core.plan_grid import Place


def visible_plans(user: User) -> QuerySet[Plan]:
    """Return the plans the user may see: all, or for those limited to some projects only those of these projects."""
    limit = project_limit(user)
    return Plan.objects.all() if limit is None else Plan.objects.filter(project_id__in=limit)


def visible_versions(user: User) -> QuerySet[PlanVersion]:
    """Return the versions of the plans the user may see."""
    return PlanVersion.objects.filter(plan__in=visible_plans(user)).select_related("plan", "author")


def cells_of(version: PlanVersion) -> dict[Place, int]:
    """Return the figures of a version by their places; a place that is not planned has none."""
    return {place_of(cell): cell.value for cell in version.cells.order_by()}


def place_of(cell: PlanCell) -> Place:
    """Return where a cell stands."""
    return Place(cell.month, cell.metric, cell.project, cell.product_type, cell.channel)
