"""Plan and fact of days and months, and of sellers and teams: the same figures for pages, wall screens and messages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from onegoal.apps.company.models import Project
from onegoal.apps.company.queries import current_company
from onegoal.apps.facts.queries import ask_all
from onegoal.apps.goal.models import SharedKpi
from onegoal.apps.goal.queries import active_kpi, terms_of, version_of_day, working_days
from onegoal.apps.planning.queries.in_force import planned_by_day
from onegoal.core.pace import spread_over
from onegoal.core.periods import Period, next_bucket
from onegoal.core.shared_kpi import AVERAGE_PRICE, CASH, DEALS, Terms
from onegoal.metrics.question import Answer, Question, Row, Scope

RESULTS: Final = ("deals_won", "money_signed", "money_received")
"""The figures a plan of sales is told in: signed deals, their amount, money received (minor units)."""
EVERYTHING: Final = Scope()
Cut = Literal["team", "seller", "project"]
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class PlanFact:
    """One figure against its plan, in deals or minor units; `plan` is None where nothing is planned."""

    metric: str
    fact: int
    plan: int | None

    @property
    def share(self) -> Fraction | None:
        """Fact over plan (0.71); None without a plan above nothing."""
        return Fraction(self.fact, self.plan) if self.plan else None


@dataclass(frozen=True)
class DayLine:
    """Plan and fact of one day; `fact` is None for a day that is still to come."""

    day: dt.date
    plan: int | None
    fact: int | None

    @property
    def share(self) -> Fraction | None:
        """Fact over plan; None before the day, and on a day for which nothing is planned."""
        return Fraction(self.fact, self.plan) if self.plan and self.fact is not None else None


@dataclass(frozen=True)
class Standing:
    """What one seller or team reached; `name` is None for records without one, `plan` None where nobody planned it for them."""

    name: str | None
    metric: str
    fact: int
    plan: int | None = None


def plan_of_day(*, day: dt.date, project: Project | None = None) -> dict[str, PlanFact]:
    """Return plan and fact of one day for each of RESULTS, for the company or a project."""
    return _plan_and_fact(Period(day, day), project)


def plan_of_month(
    *, month: dt.date, until: dt.date | None = None, project: Project | None = None
) -> dict[str, PlanFact]:
    """Return the plan of a whole month and the fact so far (up to `until`, if given) for each of RESULTS."""
    days = month_of(month)
    return _plan_and_fact(days, project, min(until, days.end) if until else None)


def days_of_month(
    month: dt.date, *, metric: str = "deals_won", today: dt.date, project: Project | None = None
) -> list[DayLine]:
    """Return plan and fact of each day of a month for one of RESULTS; days after `today` have no fact yet."""
    days = month_of(month)
    planned = planned_days(metric, days, project)
    facts = facts_by_day((metric,), days, project)[metric]
    return [DayLine(day, planned.get(day), facts.get(day, 0) if day <= today else None) for day in days]


def by_seller(
    month: dt.date, *, metric: str = "deals_won", scope: Scope = EVERYTHING, project: Project | None = None
) -> list[Standing]:
    """Return what each seller reached in a month, the most first."""
    return standings_of("seller", month_of(month), metric, scope, project)


def by_team(
    month: dt.date, *, metric: str = "deals_won", scope: Scope = EVERYTHING, project: Project | None = None
) -> list[Standing]:
    """Return what each team reached in a month, the most first."""
    return standings_of("team", month_of(month), metric, scope, project)


def standings_of(dimension: Cut, days: Period, metric: str, scope: Scope, project: Project | None) -> list[Standing]:
    """Return what each seller or team reached in some days, the most first."""
    (answer,) = ask_all([Question(metric, (dimension,), days.start, days.end, where_of(project), scope)])
    found = [Standing(row.by.get(dimension), metric, int(row.value or 0)) for row in own_rows(answer)]
    return sorted(found, key=lambda one: (-one.fact, one.name is None, one.name or ""))


def month_of(day: dt.date) -> Period:
    """Return the whole month a day is in."""
    first = day.replace(day=1)
    return Period(first, next_bucket(first, "month") - _DAY)


def planned_days(metric: str, days: Period, project: Project | None = None) -> dict[dt.date, int]:
    """Return what is planned for each day: by the plan in force, else the KPI's target spread over its working days.

    Days for which nothing is planned either way are left out. Money signed by the KPI is its deals at its average price.
    """
    planned = planned_by_day(metric, days.start, days.end, project=project)
    for kpi in _kpis_of([day for day in days if day not in planned], project):
        for day, value in _target_by_day(kpi, metric, min(days.end, kpi.ends_on)).items():
            if day in days:
                planned.setdefault(day, value)
    return planned


def facts_by_day(
    metrics: Iterable[str], days: Period, project: Project | None = None, scope: Scope = EVERYTHING
) -> dict[str, dict[dt.date, int]]:
    """Return figures that can be added up, by day, from one version of the data; days without any are left out."""
    asked = [Question(metric, ("day",), days.start, days.end, where_of(project), scope) for metric in metrics]
    return {answer.question.metric: _by_day(answer) for answer in ask_all(asked, compares=False)}


def where_of(project: Project | None) -> tuple[tuple[str, str | None], ...]:
    """Return what narrows a question to a project; nothing for the whole company."""
    return (("project", project.name),) if project else ()


def own_rows(answer: Answer) -> list[Row]:
    """Return the rows in the company's own currency: amounts without a rate for it cannot be added to them."""
    own = current_company().currency
    if answer.currency:
        return list(answer.rows) if answer.currency == own else []
    return [row for row in answer.rows if row.by.get("currency", own) == own]


def target_of(terms: Terms, metric: str) -> int | None:
    """Return what a KPI wants of one of RESULTS in its whole period; None where it says nothing of it."""
    targets = {part.kind: part.target for part in terms.parts if part.target}
    if metric == "money_signed":
        deals, price = targets.get(DEALS), targets.get(AVERAGE_PRICE)
        return deals * price if deals and price else None
    return targets.get({"deals_won": DEALS, "money_received": CASH}.get(metric, ""))


def _plan_and_fact(days: Period, project: Project | None, until: dt.date | None = None) -> dict[str, PlanFact]:
    facts = facts_by_day(RESULTS, Period(days.start, until) if until and until >= days.start else days, project)
    return {
        metric: PlanFact(metric, sum(facts[metric].values()), _sum(planned_days(metric, days, project)))
        for metric in RESULTS
    }


def _sum(planned: Mapping[dt.date, int]) -> int | None:
    return sum(planned.values()) if planned else None


def _by_day(answer: Answer) -> dict[dt.date, int]:
    found: dict[dt.date, int] = {}
    for row in own_rows(answer):
        if row.value and (day := row.by.get("day")):
            found[dt.date.fromisoformat(day)] = int(row.value)
    return found


def _kpis_of(days: Sequence[dt.date], project: Project | None) -> list[SharedKpi]:
    """The KPIs that held on some days; each is looked for on its own first day among them."""
    if not days:
        return []
    begun = SharedKpi.objects.filter(project=project, starts_on__lte=days[-1], ends_on__gte=days[0])
    starts = {max(start, days[0]) for start in begun.values_list("starts_on", flat=True)}
    held = (active_kpi(project=project, on=day) for day in sorted(starts))
    return [kpi for kpi in held if kpi is not None]


def _target_by_day(kpi: SharedKpi, metric: str, last: dt.date) -> dict[dt.date, int]:
    version = version_of_day(kpi, last)
    target = target_of(terms_of(version), metric) if version else None
    worked = working_days(kpi, kpi.starts_on, kpi.ends_on)
    if target is None or not worked:
        return {}
    values = dict(zip(worked, spread_over(target, [1] * len(worked)), strict=True))
    return {day: values.get(day, 0) for day in Period(kpi.starts_on, kpi.ends_on)}
