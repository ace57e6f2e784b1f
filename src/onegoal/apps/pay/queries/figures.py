"""Figures of the catalogue that formulas ask for, for one month: by person, team and company, in a handful of questions."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from onegoal.apps.accounts.models import Team, User
from onegoal.apps.company.queries import current_company
from onegoal.apps.facts.queries import ask_all, data_version
from onegoal.apps.goal.queries import active_kpi, attainment_of, working_days
from onegoal.apps.pay.queries.names import FLOWS, ITEMISED, Asked, asked_figure
from onegoal.apps.planning.models import PLANNED_MONEY
from onegoal.apps.planning.queries.in_force import planned_figures
from onegoal.core.shared_kpi import CASH, DEALS, WHOLE_BP, PartAttainment
from onegoal.metrics.catalogue import Metric
from onegoal.metrics.question import Answer, Question, Row, Scope

Parts = tuple[Fraction, Fraction]
"""What a figure is made of: (sum, 0) of a count or money, (part, whole) of a rate; they add up over days and teams."""
_NOTHING: Final[Parts] = (Fraction(0), Fraction(0))


@dataclass(frozen=True)
class Figures:
    """What a month's formulas need of the catalogue, in major units: sums by who, whole or by day."""

    own: Mapping[str, Mapping[tuple[int, dt.date | None], Parts]]
    teams: Mapping[str, Mapping[int, Parts]]
    given: Mapping[str, Fraction]
    itemised: Mapping[str, Mapping[str, int]]
    several_currencies: tuple[str, ...]
    ambiguous: frozenset[int]
    data_version: str

    def of_person(self, name: str, user_id: int, days: Iterable[dt.date] | None) -> Parts | None:
        """Return a person's own figure over the whole month (None) or some days; None where reviewers share a name."""
        if user_id in self.ambiguous and name.startswith("reviewer_"):
            return None
        cells = self.own.get(name, {})
        if days is None:
            return cells.get((user_id, None), _NOTHING)
        return _sum(cells.get((user_id, day), _NOTHING) for day in days)

    def of_teams(self, name: str, teams: Iterable[int]) -> Parts | None:
        """Return the figure of some teams together, each deal once since it belongs to one; None without a team."""
        found = list(teams)
        return _sum(self.teams.get(name, {}).get(team, _NOTHING) for team in found) if found else None


def figures_of(
    names: Iterable[str], start: dt.date, end: dt.date, *, users: Iterable[int], by_day: bool, digits: int
) -> Figures:
    """Ask the catalogue for everything the names mean, all from one version of the data."""
    asked = {name: figure for name in sorted(set(names)) if (figure := asked_figure(name))}
    people, doubles = _people(users)
    questions = _questions(asked, start, end, by_day=by_day, doubles=doubles)
    answers = dict(zip(questions, ask_all(list(questions.values())), strict=True))
    version = next((answer.data_version for answer in answers.values()), "") or data_version()
    reader = _Reader(digits, current_company().currency)
    own: dict[str, dict[tuple[int, dt.date | None], Parts]] = defaultdict(dict)
    teams: dict[str, dict[int, Parts]] = {}
    given = _given(names, start, end, digits)
    itemised: dict[str, dict[str, int]] = {}
    team_ids = dict(Team.objects.values_list("name", "pk"))
    for (kind, name, user), answer in answers.items():
        metric = asked[name].metric if name in asked else None
        if kind == "check":
            itemised[name] = {row.by["seller"] or "": int(row.value or 0) for row in reader.rows(answer)}
        elif metric is None:
            continue
        elif kind == "company":
            if (value := value_of(metric, _sum(reader.parts(metric, row) for row in reader.rows(answer)))) is not None:
                given[name] = value
        elif kind == "team":
            rows = [(team_ids.get(row.by["team"] or ""), row) for row in reader.rows(answer)]
            teams[name] = {team: reader.parts(metric, row) for team, row in rows if team}
        else:
            dimension = "reviewer" if asked[name].group == "reviewer" else "seller"
            for row in reader.rows(answer):
                who = user or people.get(row.by.get(dimension) or "")
                day = row.by.get("day")
                if who:
                    own[name][who, dt.date.fromisoformat(day) if day else None] = reader.parts(metric, row)
    return Figures(own, teams, given, itemised, tuple(sorted(reader.foreign)), frozenset(doubles), version)


def value_of(metric: Metric, parts: Parts) -> Fraction | None:
    """Return a figure from what it is made of; None for a rate of nothing."""
    if metric.kind in FLOWS:
        return parts[0]
    if not parts[1]:
        return None
    return (parts[0] - parts[1]) / parts[1] if metric.kind == "return" else parts[0] / parts[1]


Key = tuple[str, str, int]


def _questions(
    asked: Mapping[str, Asked], start: dt.date, end: dt.date, *, by_day: bool, doubles: Iterable[int]
) -> dict[Key, Question]:
    """Return the questions by (kind, name, person); a name that two people share is asked for each of them."""
    found: dict[Key, Question] = {}
    for name, figure in asked.items():
        metric, group = figure.metric.name, figure.group
        if group == "company":
            found["company", name, 0] = Question(metric, (), start, end)
        elif group == "team":
            found["team", name, 0] = Question(metric, ("team",), start, end)
        elif metric in ITEMISED:
            found["check", name, 0] = Question(metric, ("seller",), start, end)
        else:
            dimension = "reviewer" if group == "reviewer" else "seller"
            found["own", name, 0] = Question(metric, (dimension,), start, end)
            if by_day:
                found["days", name, 0] = Question(metric, (dimension, "day"), start, end)
            for user in doubles if dimension == "seller" else ():
                scope = Scope(seller_ids=frozenset({user}))
                found["own", name, user] = Question(metric, (), start, end, scope=scope)
                if by_day:
                    found["days", name, user] = Question(metric, ("day",), start, end, scope=scope)
    return found


def _people(users: Iterable[int]) -> tuple[dict[str, int], list[int]]:
    """Return the people whom their name tells from all others, and the rest."""
    wanted = set(users)
    names = list(User.objects.values_list("pk", "name"))
    count = Counter(name for _, name in names)
    people = {name: pk for pk, name in names if pk in wanted and count[name] == 1}
    return people, sorted(pk for pk, name in names if pk in wanted and count[name] > 1)


class _Reader:
    """Reads rows in the company's own currency; notes the figures that also come in others."""

    def __init__(self, digits: int, currency: str) -> None:
        self._digits, self._currency = digits, currency
        self.foreign: set[str] = set()

    def rows(self, answer: Answer) -> list[Row]:
        """Return the rows that can be counted."""
        metric = answer.question.metric
        if answer.currency and answer.currency != self._currency:
            self.foreign.add(metric)
            return []
        kept = [row for row in answer.rows if row.by.get("currency", self._currency) in (self._currency, None)]
        if len(kept) < len(answer.rows):
            self.foreign.add(metric)
        return kept

    def parts(self, metric: Metric, row: Row) -> Parts:
        """Return what a row is made of, in major units."""
        if metric.kind in FLOWS:
            return Fraction(row.value or 0) / self._unit(metric, 0), Fraction(0)
        top, bottom = Fraction(row.numerator or 0), Fraction(row.denominator or 0)
        return top / self._unit(metric, 0), bottom / self._unit(metric, 1)

    def _unit(self, metric: Metric, place: int) -> int:
        measures = metric.measures
        if place >= len(measures):
            return 1
        if measures[place].unit == "score":
            return 10_000
        return 10**self._digits if measures[place].is_money else 1


def _sum(parts: Iterable[Parts]) -> Parts:
    top, bottom = _NOTHING
    for one, other in parts:
        top, bottom = top + one, bottom + other
    return top, bottom


def _given(names: Iterable[str], start: dt.date, end: dt.date, digits: int) -> dict[str, Fraction]:
    """Return the plan of the month and the attainment of the shared KPI, where formulas ask for them."""
    wanted, found = set(names), {}
    if any(name.startswith("plan_") for name in wanted):
        for metric, value in planned_figures(start, start).items():
            found[f"plan_{metric}"] = Fraction(value, 10**digits if metric in PLANNED_MONEY else 1)
    if any(name.startswith("attainment") for name in wanted):
        found |= attainments(start, end)
    return {name: value for name, value in found.items() if name in wanted}


def attainments(start: dt.date, end: dt.date) -> dict[str, Fraction]:
    """Return what the company's shared KPI had reached by the end of a month, by name; empty where none was active.

    `attainment` and its parts are shares of the targets of the KPI's whole period, `attainment_pace` the total had the
    targets of deals and cash been only those of the working days gone.
    """
    kpi = active_kpi(on=end) or active_kpi(on=start)
    if kpi is None:
        return {}
    until = min(end, kpi.ends_on)
    reached = attainment_of(kpi, until=until)
    found = {"attainment": reached.total} | {f"attainment_{part.kind}": part.counted for part in reached.parts}
    gone, whole = len(working_days(kpi, kpi.starts_on, until)), len(working_days(kpi, kpi.starts_on, kpi.ends_on))
    if gone:
        pace = Fraction(whole, gone)
        found["attainment_pace"] = sum((_at_pace(part, pace) for part in reached.parts), Fraction(0))
    return found


def _at_pace(part: PartAttainment, pace: Fraction) -> Fraction:
    """Return the points of a part at this pace to the end; price and mix do not grow with the days."""
    raw = part.raw * pace if part.kind in (DEALS, CASH) else part.raw
    counted = raw if part.cap_bp is None else min(raw, Fraction(part.cap_bp, WHOLE_BP))
    return counted * part.weight_bp / WHOLE_BP
