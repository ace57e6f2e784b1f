"""What proposed terms would have made of the last whole period of the same length."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from onegoal.apps.company.models import Project
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.goal.queries import fact_between, working_days_of
from onegoal.core.periods import Period
from onegoal.core.shared_kpi import MIX, Attainment, Fact, MixLine, Terms, attain, mix_lines

_MOST_STEPS = 40


@dataclass(frozen=True)
class WhatIf:
    """The last whole period of the same length, what happened in it, and what it would have reached by the terms."""

    period: Period
    fact: Fact
    attainment: Attainment
    mix: list[MixLine]

    @property
    def average(self) -> int | None:
        """The mean price in whole minor units."""
        price = self.fact.average_price
        return None if price is None else round(price)


def what_if(terms: Terms, period: Period, project: Project | None, *, today: dt.date) -> WhatIf:
    """Return what the last whole period before today, as long as `period`, would have reached; parts without target left out."""
    before = last_whole(period, today)
    fact = fact_between(project, before.start, before.end)
    parts = [part for part in terms.parts if part.kind == MIX or part.target]
    return WhatIf(before, fact, attain(parts, terms.mix, fact), mix_lines(terms.mix, fact.by_type))


def last_whole(period: Period, today: dt.date) -> Period:
    """Return the period of the same kind just before `period` that was over before `today`."""
    before = period.previous()
    for _step in range(_MOST_STEPS):
        if before.end < today:
            break
        before = before.previous()
    return before


def working_days_in(period: Period, country: str) -> int:
    """Return how many working days a period has by a country's calendar, or the company's own."""
    return len(working_days_of(calendar_of_company(country), period.start, period.end))
