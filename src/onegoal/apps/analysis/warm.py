"""What the first visitor of a starting process would wait for: the usual questions of the pages, planned and answered."""

from __future__ import annotations

import datetime as dt

from onegoal.apps.analysis.queries.asked import Asked, ask_each, extent
from onegoal.apps.analysis.queries.breakdown import breakdown_questions
from onegoal.apps.analysis.queries.chain import chain_questions, trend_questions
from onegoal.apps.analysis.queries.hours import week
from onegoal.apps.analysis.views.chain import BREAKDOWN_METRICS
from onegoal.apps.analysis.views.costs import CHANNELS, CREATIVES
from onegoal.apps.facts.queries import warm_up
from onegoal.core.periods import preset
from onegoal.metrics.question import Scope


def warm_up_pages(*, today: dt.date) -> None:
    """Answer what the pages ask when they are opened without an address, as somebody who sees everything."""
    warm_up()
    if extent(Scope()) is None:
        return
    days = preset("last_90_days", today=today)
    asked = Asked(period=days, compared=days.previous(), sees_costs=True)
    ask_each(
        [
            *chain_questions(asked),
            *trend_questions(asked, "leads"),
            *breakdown_questions(asked, BREAKDOWN_METRICS, "channel"),
        ]
    )
    for page, dimension in ((CHANNELS, "channel"), (CHANNELS, "campaign"), (CREATIVES, "creative")):
        shown = [metric for metric in page.metrics if metric not in page.hidden]
        ask_each(breakdown_questions(Asked(period=days, sees_costs=True), shown, dimension))
    week(asked)
