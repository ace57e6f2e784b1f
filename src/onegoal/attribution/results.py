"""What attribution found: credits of every model, as JSON for programs and as Arrow for frames."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

    from onegoal.core.attribution.bootstrap import Bounds
    from onegoal.core.attribution.models import Credits

FIELDS = ("model", "group", "conversions", "value", "removal_effect", "low", "high")


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit of values: whole units as they came, or 10^-digits of the input's unit."""

    digits: int = 0
    is_whole: bool = True

    def of(self, units: float | int) -> float | int:
        """Return an amount in the unit of the input."""
        return int(units) if self.is_whole else int(units) / 10**self.digits

    def of_fraction(self, units: float) -> float:
        """Return an amount that is no whole number of units in the unit of the input."""
        return float(units) / 10**self.digits


@dataclass(frozen=True, slots=True)
class Counted:
    """Totals: conversions and value of all, those without a touch, and open journeys."""

    conversions: int
    value: int
    unattributed_conversions: int
    unattributed_value: int
    null: int
    censored: int


@dataclass(frozen=True, slots=True)
class Attribution:
    """Credits of each model. Values in `models` and `counted` are in integer units of 10^-`unit.digits`.

    For every model, credits and unattributed together are the totals: values exactly, conversions to 1e-9. `seconds` is
    None for figures as of a moment, which are the same bytes on every run. `window` is in words, None for path files.
    """

    groups: tuple[str, ...]
    models: Mapping[str, Credits]
    bounds: Mapping[str, Bounds]
    counted: Counted
    unit: Unit
    window: str | None
    by: str
    engine: str
    notes: tuple[str, ...]
    seconds: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values, amounts in the unit of the input."""
        counted, amount = self.counted, self.unit.of
        found: dict[str, Any] = {
            "conversions": counted.conversions,
            "value": amount(counted.value),
            "unattributed": {
                "conversions": counted.unattributed_conversions, "value": amount(counted.unattributed_value),
            },
            "models": {name: self._model(name, credits) for name, credits in self.models.items()},
            "journeys": {
                "converting": counted.conversions - counted.unattributed_conversions,
                "null": counted.null, "censored": counted.censored,
            },
            "window": self.window, "by": self.by, "notes": list(self.notes), "engine": self.engine,
        }  # fmt: skip
        return found if self.seconds is None else found | {"seconds": round(self.seconds, 3)}

    def to_json(self, indent: int | None = None) -> str:
        """Return everything as JSON."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=indent, allow_nan=False)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Return rows of FIELDS; low and high are of conversions, None without intervals."""
        for name, credits in self.models.items():
            bounds = self.bounds.get(name)
            effects = credits.removal_effects
            for place, group in enumerate(self.groups):
                yield (
                    name, group, float(credits.conversions[place]), self.unit.of(credits.value[place]),
                    None if effects is None else float(effects[place]),
                    None if bounds is None else float(bounds.conversions_low[place]),
                    None if bounds is None else float(bounds.conversions_high[place]),
                )  # fmt: skip

    def to_arrow(self) -> pa.Table:
        """Return an Arrow table with the columns of FIELDS."""
        import pyarrow as pa

        columns = list(zip(*self.rows(), strict=True)) or [()] * len(FIELDS)
        amount = pa.int64() if self.unit.is_whole else pa.float64()
        types = (pa.string(), pa.string(), pa.float64(), amount, pa.float64(), pa.float64(), pa.float64())
        return pa.table(
            {name: pa.array(column, kind) for name, column, kind in zip(FIELDS, columns, types, strict=True)}
        )

    def _model(self, name: str, credits: Credits) -> dict[str, Any]:
        found: dict[str, Any] = {
            "conversions": self._by_group(credits.conversions),
            "value": {group: self.unit.of(units) for group, units in zip(self.groups, credits.value, strict=True)},
        }
        if credits.removal_effects is not None:
            found["removal_effects"] = self._by_group(credits.removal_effects)
        if credits.value_removal_effects is not None:
            found["value_removal_effects"] = self._by_group(credits.value_removal_effects)
        if credits.normalisation is not None:
            found["normalisation"] = credits.normalisation
        if name in self.bounds:
            found["intervals"] = self._intervals(self.bounds[name])
        return found

    def _by_group(self, column: np.ndarray) -> dict[str, float]:
        return {group: float(number) for group, number in zip(self.groups, column, strict=True)}

    def _intervals(self, bounds: Bounds) -> dict[str, Any]:
        conversions = zip(self.groups, bounds.conversions_low, bounds.conversions_high, strict=True)
        values = zip(self.groups, bounds.value_low, bounds.value_high, strict=True)
        return {
            "level": bounds.level,
            "conversions": {group: [float(low), float(high)] for group, low, high in conversions},
            "value": {group: [self.unit.of_fraction(low), self.unit.of_fraction(high)] for group, low, high in values},
        }
