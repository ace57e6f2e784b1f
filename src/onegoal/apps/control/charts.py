"""The line of plan and fact with the band of the forecast."""

from __future__ import annotations

from django.utils.translation import gettext as _

from onegoal.apps.control.queries.pace import Pace
from onegoal.apps.control.words import percent
from onegoal.apps.shell.charts import Chart, Series, Unit


def pace_chart(pace: Pace) -> Chart:
    """Plan dashed, fact solid up to today, the forecast from today on; its title says how far plan and fact are apart."""
    days = pace.by_day
    facts = [day.fact for day in days]
    reached = next((fact for fact in reversed(facts) if fact is not None), 0.0)
    middles: list[float | None] = [day.forecast.estimate if day.forecast else None for day in days]
    lows: list[float | None] = [day.forecast.low if day.forecast else None for day in days]
    highs: list[float | None] = [day.forecast.high if day.forecast else None for day in days]
    last = max((at for at, fact in enumerate(facts) if fact is not None), default=None)
    if last is not None and last + 1 < len(days) and middles[last] is None:
        # The band opens where the fact ends.
        middles[last] = lows[last] = highs[last] = reached
    title = _("%(fact)s reached; %(plan)s were to be reached by tonight") % {
        "fact": percent(pace.attained), "plan": percent(pace.expected),
    }  # fmt: skip
    shape = (
        _("The plan follows the joint plan in force.") if pace.is_planned else _("The plan follows the working days.")
    )
    return Chart(
        key="pace",
        kind="line",
        title=title,
        note=f"{shape} " + _("The band holds the end in eight of ten cases."),
        labels=[day.day.isoformat() for day in days],
        label_kind="day",
        unit=Unit("percent"),
        series=[
            Series(_("plan"), [day.plan for day in days], role="plan"),
            Series(_("fact"), facts),
            Series(_("forecast"), middles, role="forecast", low=lows, high=highs),
        ],
    )
