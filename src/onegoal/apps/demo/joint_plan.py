"""The joint plan of the demo: a month in which sales planned 500 deals on 100 leads, in force by override."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils import timezone

from onegoal.apps.accounts.models import User
from onegoal.apps.company.models import Project
from onegoal.apps.demo.records import HEAD, MARKETER
from onegoal.apps.facts.queries import values_of
from onegoal.apps.planning.models import PlanVersion
from onegoal.apps.planning.queries.typed import Typed, cells_typed
from onegoal.apps.planning.services.cells import set_cells
from onegoal.apps.planning.services.plans import make_plan
from onegoal.apps.planning.services.signing import propose_version, sign_version
from onegoal.apps.regulation.models import Side

PLANNED_SALES, PLANNED_LEADS = 500, 100
REASON: Final = "The board wants 500 contracts announced; marketing will say by Friday where the leads come from."


def make_joint_plan(*, now: dt.datetime) -> PlanVersion:
    """Plan this month so that marketing's leads cannot feed the deals of sales, and put it in force by name."""
    today = timezone.localtime(now).date()
    head, marketer = User.objects.get(name=HEAD), User.objects.get(name=MARKETER)
    version = make_plan(
        name="Plan of the month", first_month=today, last_month=today, author=marketer, now=now,
        projects=list(Project.objects.order_by("name").values_list("name", flat=True)),
        product_types=values_of("product_type"), channels=values_of("channel"), scenario="500 contracts",
    )  # fmt: skip
    month = f"{today:%Y-%m}"
    typed = [Typed("deals_won", month, f"{PLANNED_SALES}"), Typed("leads", month, f"{PLANNED_LEADS}")]
    set_cells(version=version, values=cells_typed(version, typed, language="en", today=today), now=now)
    proposed = propose_version(version=version, author=head, now=now, reason=REASON)
    sign_version(version=proposed, side=Side.MARKETING, user=marketer, now=now)
    return sign_version(version=proposed, side=Side.SALES, user=head, now=now)
