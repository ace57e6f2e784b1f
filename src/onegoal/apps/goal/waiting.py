"""What waits for somebody because of the shared KPI: changes to be signed."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import has_right
from onegoal.apps.goal.models import KpiState, KpiVersion
from onegoal.apps.goal.queries import visible_kpis
from onegoal.apps.regulation.services.signing import RIGHT_OF_SIDE
from onegoal.apps.shell.notices import Notice


def changes_to_sign(user: User) -> Notice | None:
    """The change of a KPI that the user may sign and has not signed."""
    if not any(has_right(user, right) for right in RIGHT_OF_SIDE.values()):
        return None
    waiting = KpiVersion.objects.filter(in_force_from=None, withdrawn_at=None, kpi__state=KpiState.ACTIVE)
    waiting = waiting.filter(kpi__in=visible_kpis(user)).exclude(signatures__user=user)
    for version in waiting.select_related("kpi").prefetch_related("signatures").order_by("pk"):
        missing = set(RIGHT_OF_SIDE) - {signature.side for signature in version.signatures.all()}
        if any(has_right(user, RIGHT_OF_SIDE[side]) for side in missing):
            said = _("A change of “%(name)s” waits for your signature") % {"name": version.kpi.name}
            return Notice(said, 1, reverse("goal:kpi", args=[version.kpi_id]))
    return None
