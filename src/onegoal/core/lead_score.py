"""The chance that a lead comes to something, from what was known at its arrival: a stored model, its chances and reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Columns = Mapping[str, Sequence[str]]
"""One text for each lead and field; an empty text means that nothing was known."""


@dataclass(frozen=True)
class Field:
    """One field of a model: the weight of each of its frequent values and of all others, and the average over the leads.

    Weights and the average are in log odds, before calibration.
    """

    key: str
    weights: Mapping[str, float]
    rare: float
    average: float

    def weight(self, value: str) -> float:
        """Return the weight of a value; rare and unseen ones share one."""
        return self.weights.get(value, self.rare)

    def of(self, values: Sequence[str]) -> Floats:
        """Return the weights of many values."""
        known, rare = self.weights, self.rare
        return np.array([known.get(value, rare) for value in values], dtype=float)


@dataclass(frozen=True)
class Model:
    """A logistic regression over values of fields, calibrated by Platt's line: chance = expit(slope * sum + offset).

    Source of the calibration: Platt 1999, Probabilistic outputs for support vector machines.
    """

    fields: tuple[Field, ...]
    intercept: float
    slope: float
    offset: float

    def to_data(self) -> dict[str, Any]:
        """Return the model as plain values for JSON; `from_data` gives back exactly the same numbers."""
        return {
            "fields": [
                {"key": one.key, "weights": dict(one.weights), "rare": one.rare, "average": one.average}
                for one in self.fields
            ],
            "intercept": self.intercept,
            "slope": self.slope,
            "offset": self.offset,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Model:
        """Read what `to_data` wrote. Raises: KeyError, TypeError for anything else."""
        fields = tuple(Field(one["key"], one["weights"], one["rare"], one["average"]) for one in data["fields"])
        return cls(fields, data["intercept"], data["slope"], data["offset"])

    @property
    def keys(self) -> tuple[str, ...]:
        """The fields the model looks at."""
        return tuple(one.key for one in self.fields)


@dataclass(frozen=True, slots=True)
class Reason:
    """What one field does to a lead's chance: `points` are hundredths of one above or below the average value's chance."""

    key: str
    value: str
    points: float


def raw_scores(model: Model, columns: Columns, count: int) -> Floats:
    """Return the log odds before calibration for each of `count` leads."""
    found = np.full(count, model.intercept)
    for one in model.fields:
        found += one.of(columns[one.key])
    return found


def chances(model: Model, columns: Columns, count: int) -> Floats:
    """Return the calibrated chance of each of `count` leads, 0 to 1."""
    return expit(model.slope * raw_scores(model, columns, count) + model.offset)


def reasons(model: Model, values: Mapping[str, str], *, most: int = 4, least: float = 0.5) -> list[Reason]:
    """Return the fields that move a lead's chance most, largest first, each with its points of chance.

    A field's points are the lead's chance minus what it would be were this field average and all others as they are,
    times 100. Points do not add up to the difference exactly, because chances are no straight line of log odds.
    """
    sums = model.intercept + sum(one.weight(values[one.key]) for one in model.fields)
    own = _chance(model, sums)
    found = [
        Reason(one.key, values[one.key], 100 * (own - _chance(model, sums - one.weight(values[one.key]) + one.average)))
        for one in model.fields
    ]
    found.sort(key=lambda reason: (-abs(reason.points), reason.key))
    return [reason for reason in found if abs(reason.points) >= least][:most]


def points_of_values(model: Model) -> list[Reason]:
    """Return what each value of each field does to the chance of an otherwise average lead, largest first."""
    middle = model.intercept + sum(one.average for one in model.fields)
    average = _chance(model, middle)
    found = [
        Reason(one.key, value, 100 * (_chance(model, middle - one.average + weight) - average))
        for one in model.fields
        for value, weight in one.weights.items()
    ]
    return sorted(found, key=lambda reason: (-abs(reason.points), reason.key, reason.value))


def expit(value: Any) -> Any:
    """The logistic function, without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(value, dtype=float)))


def _chance(model: Model, sums: float) -> float:
    return float(expit(model.slope * sums + model.offset))
