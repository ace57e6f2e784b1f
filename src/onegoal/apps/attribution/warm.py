"""What a visitor would wait for: touches by person, read once for all processes, and the usual journeys shared out."""

from __future__ import annotations

import datetime as dt

from onegoal.apps.analysis.forms import USUAL_DAYS
from onegoal.apps.analysis.queries.asked import extent
from onegoal.apps.attribution.forms import USUAL_CONVERSION, USUAL_MODEL, USUAL_WINDOWS
from onegoal.apps.attribution.queries.asked import Asked
from onegoal.apps.attribution.queries.costs import costs_of
from onegoal.apps.attribution.queries.data import present_data
from onegoal.apps.attribution.queries.figures import credits_of
from onegoal.apps.attribution.queries.intervals import intervals_of
from onegoal.apps.attribution.queries.paths import parts_of
from onegoal.apps.attribution.queries.web import renew_when_far
from onegoal.apps.attribution.words import SHOWN
from onegoal.metrics.question import Scope


def read_ahead() -> None:
    """Read the touches once for all processes, and again when much has become different since."""
    renew_when_far(present_data())


def warm_up_attribution(*, today: dt.date) -> None:
    """Answer in this process what the page of models asks without an address, for somebody who sees everything."""
    scope = Scope()
    recorded = extent(scope)
    if recorded is None:
        return
    last = min(today, recorded.end)
    first_usual = today - dt.timedelta(days=USUAL_DAYS - 1)
    # As the page does: the last days that have records, where the usual ones have none.
    end = last if last < first_usual else today
    asked = Asked(
        conversion=USUAL_CONVERSION, window_days=USUAL_WINDOWS[USUAL_CONVERSION],
        start=end - dt.timedelta(days=USUAL_DAYS - 1), end=end,
    )  # fmt: skip
    credits_of(asked, scope, SHOWN)
    intervals_of(asked, scope, USUAL_MODEL, SHOWN)
    parts_of(asked, scope)
    costs_of(asked, scope, (USUAL_MODEL,), sees_costs=True)
