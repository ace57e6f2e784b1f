"""Deals that were signed just now, read from the records: a wall need not wait until figures are published."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from onegoal.apps.sales.models import Deal
from onegoal.apps.wall.models import WallScreen

FRESH = dt.timedelta(minutes=10)
"""How long a signed deal is news: as long as a wall may be without a network and still tell it."""
MOST = 5
"""An import that signs hundreds at once is no news, its latest are."""


@dataclass(frozen=True)
class Signed:
    """A deal signed just now: who signed it and what it is about; never its client or its price."""

    id: int
    who: str
    project: str


def fresh_deals(screen: WallScreen, now: dt.datetime) -> list[Signed]:
    """Return the latest deals of the screen's project, or of all, signed within ten minutes, the oldest first."""
    deals = Deal.objects.filter(won_at__gt=now - FRESH, won_at__lte=now + FRESH, lost_at=None)
    if screen.project_id:
        deals = deals.filter(project_id=screen.project_id)
    latest = deals.order_by("-won_at", "-pk").values_list("pk", "seller__name", "project__name")[:MOST]
    return [Signed(pk, who or "", project or "") for pk, who, project in reversed(latest)]
