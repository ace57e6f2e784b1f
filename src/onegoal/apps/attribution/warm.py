"""What a visitor would wait for: touches by person, read once for all processes, and the usual journeys cut."""

from __future__ import annotations

from onegoal.apps.attribution.queries.asked import Asked
from onegoal.apps.attribution.queries.data import present_data
from onegoal.apps.attribution.queries.figures import credits_of
from onegoal.apps.attribution.queries.sources import web_touches
from onegoal.metrics.question import Scope


def read_ahead() -> None:
    """Read the touches of the present version, for all processes; nothing to do while they stay."""
    web_touches(present_data())


def warm_up_attribution() -> None:
    """Cut the usual journeys in this process and share them out by every model."""
    credits_of(Asked(), Scope())
