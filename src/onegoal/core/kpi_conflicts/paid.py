"""What the people of a scheme are paid for the months as they were, and as a lever would have made them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onegoal.core.kpi_conflicts.history import Effect, History, goal_of_months
from onegoal.core.pay import Part, PersonMonth, Stretch, pay_of

Floats = NDArray[np.float64]
_FINE: Final = 1_000_000
_GOAL: Final = "attainment"


@dataclass(frozen=True, slots=True)
class Figure:
    """What a name in a formula counts: `top` over `bottom`, each a key of `Effect.factors` or empty for untouched."""

    top: str = ""
    bottom: str = ""


@dataclass(frozen=True)
class PersonHistory:
    """One person's months in the order of the history; None for a month the person was not there."""

    user_id: int
    name: str
    months: tuple[PersonMonth | None, ...]


@dataclass(frozen=True)
class SchemePay:
    """A scheme with the people it pays and what the names of its formulas count; money of `digits` decimals."""

    scheme_id: int
    name: str
    side: str
    parts: tuple[Part, ...]
    people: tuple[PersonHistory, ...]
    figures: Mapping[str, Figure] = field(default_factory=dict)
    digits: int = 2

    def with_parts(self, parts: tuple[Part, ...]) -> SchemePay:
        """Return the same people paid by other rules."""

        def ruled(month: PersonMonth | None) -> PersonMonth | None:
            if month is None:
                return None
            return PersonMonth(tuple(replace(one, parts=parts) for one in month.stretches), month.days)

        people = tuple(
            PersonHistory(one.user_id, one.name, tuple(ruled(month) for month in one.months)) for one in self.people
        )
        return replace(self, parts=parts, people=people)

    @property
    def asked(self) -> frozenset[str]:
        """The names its formulas and gates ask for."""
        return frozenset(name for part in self.parts for name in part.asked)


@dataclass(frozen=True)
class Paid:
    """Pay in minor units: `by_person` people x months, `by_part` parts x months; the first sums to the second."""

    by_person: Floats
    by_part: Floats

    @property
    def by_month(self) -> Floats:
        """What all of the scheme get, by month."""
        return self.by_person.sum(axis=0)


def is_moved(scheme: SchemePay, effect: Effect) -> bool:
    """Tell whether a lever changes anything the scheme asks for."""
    moved = set(effect.factors)
    return any(
        name.startswith(_GOAL) or {figure.top, figure.bottom} & moved
        for name in scheme.asked
        if (figure := scheme.figures.get(name, Figure()))
    )


def paid(scheme: SchemePay, history: History, effect: Effect | None = None) -> Paid:
    """Return what the scheme pays; with an `effect` of one draw, as if the lever had been pulled in every month.

    The shared KPI of a month is what the month reached of its part of the targets, and moves with the lever.
    """
    effect = effect or Effect()
    goals = goals_by_month(history, effect)
    factors = {key: effect.of(key, (1, history.size))[0] for key in effect.factors}
    by_person = np.zeros((len(scheme.people), history.size))
    by_part = np.zeros((len(scheme.parts), history.size))
    places = {part.key: at for at, part in enumerate(scheme.parts)}
    for row, person in enumerate(scheme.people):
        for at, month in enumerate(person.months):
            if month is None:
                continue
            moved = {key: factor[at] for key, factor in factors.items()}
            stretches = tuple(_moved(one, scheme.figures, moved, goals[at]) for one in month.stretches)
            for line in pay_of(PersonMonth(stretches, month.days), digits=scheme.digits).lines:
                by_person[row, at] += line.amount_minor
                by_part[places[line.part.key], at] += line.amount_minor
    return Paid(by_person, by_part)


def goals_by_month(history: History, effect: Effect) -> list[Mapping[str, Fraction]]:
    """Return for each month the names of the shared KPI as formulas read them, parts within their caps."""
    if not history.terms.parts:
        return [{} for _ in history.months]
    reached = goal_of_months(history, effect, np.eye(history.size), capped=True)
    found: list[Mapping[str, Fraction]] = []
    for at in range(history.size):
        total = _exact(float(reached[""][at]))
        parts = {f"{_GOAL}_{kind}": _exact(float(value[at])) for kind, value in reached.items() if kind}
        found.append({_GOAL: total, f"{_GOAL}_pace": total, **parts})
    return found


def _moved(
    stretch: Stretch, figures: Mapping[str, Figure], factors: Mapping[str, float], goal: Mapping[str, Fraction]
) -> Stretch:
    flows = {name: value * _factor(figures, factors, name, 0) for name, value in stretch.flows.items()}
    ratios = {
        name: (top * _factor(figures, factors, name, 0), bottom * _factor(figures, factors, name, 1))
        for name, (top, bottom) in stretch.ratios.items()
    }
    given = {
        name: value * _factor(figures, factors, name, 0) / (_factor(figures, factors, name, 1) or 1)
        for name, value in stretch.given.items()
        if not name.startswith(_GOAL)
    }
    return replace(stretch, flows=flows, ratios=ratios, given={**given, **goal})


def _factor(figures: Mapping[str, Figure], factors: Mapping[str, float], name: str, place: int) -> Fraction | int:
    figure = figures.get(name)
    key = "" if figure is None else (figure.top, figure.bottom)[place]
    return _exact(factors[key]) if key in factors else 1


def _exact(value: float) -> Fraction:
    return Fraction(round(value * _FINE), _FINE)


def mean_of_part(scheme: SchemePay, found: Paid, key: str) -> Fraction:
    """Return what a part pays a person for a month on average, in major units."""
    places: Sequence[str] = [part.key for part in scheme.parts]
    there = sum(1 for person in scheme.people for month in person.months if month is not None)
    total = float(found.by_part[places.index(key)].sum()) if key in places else 0.0
    return Fraction(round(total), 10**scheme.digits * max(there, 1))
