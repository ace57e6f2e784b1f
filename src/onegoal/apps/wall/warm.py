"""What walls and the first page would wait for in a starting process: pictures of screens, standings of the month."""

from __future__ import annotations

import datetime as dt

from onegoal.apps.wall.models import Shows, WallScreen
from onegoal.apps.wall.picture import language_of, picture_of
from onegoal.apps.wall.queries.month import sellers_in_month, teams_in_month

_MOST = 5


def warm_up_walls(*, today: dt.date) -> None:
    """Write the pictures of the screens that were looked at last, and read the standings the first page shows."""
    teams_in_month(today, shows=Shows.PROGRESS)
    sellers_in_month(today, shows=Shows.PROGRESS)
    shown = WallScreen.objects.filter(revoked_at=None, last_seen_at__isnull=False).select_related("project")
    for screen in shown.order_by("-last_seen_at").prefetch_related("boards__team", "boards__contest")[:_MOST]:
        picture_of(screen, today=today, language=language_of(screen))
