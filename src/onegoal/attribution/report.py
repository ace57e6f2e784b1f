"""The ways people took to their conversions, as one report: paths, lengths, times and roles."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from onegoal.attribution.results import Counted, Unit
from onegoal.core.attribution.journeys import DAY, Ints, Journeys, NullJourneys
from onegoal.core.attribution.pathways import Pathway, pathways
from onegoal.core.attribution.roles import roles_of

if TYPE_CHECKING:
    import pyarrow as pa

QUANTILES = (10, 25, 50, 75, 90)
PATH_FIELDS = ("path", "conversions", "value", "nulls", "mean_days")
ROLE_FIELDS = ("group", "present", "starts", "assists", "closes", "alone")


@dataclass(frozen=True, slots=True)
class TopPath:
    """One path. value: units as in `PathReport`.  nulls: open journeys of this path, None where that is not known."""

    path: tuple[str, ...]
    conversions: int
    value: int
    nulls: int | None
    mean_days: float | None


@dataclass(frozen=True, slots=True)
class Role:
    """What one group does in converting journeys; every count is of conversions (see core.attribution.roles)."""

    group: str
    present: int
    starts: int
    assists: int
    closes: int
    alone: int


@dataclass(frozen=True, slots=True)
class PathReport:
    """The ways people took; values are in integer units of 10^-`unit.digits`.

    paths: those with most conversions, of `different` ones in all.  lengths: (touches, conversions).
    first_lag, last_lag: days from the first and the last touch to the conversion, by percent of conversions; None where
    moments are unknown.  window: in words, None for path files.
    """

    paths: tuple[TopPath, ...]
    different: int
    lengths: tuple[tuple[int, int], ...]
    first_lag: Mapping[int, float] | None
    last_lag: Mapping[int, float] | None
    roles: tuple[Role, ...]
    counted: Counted
    unit: Unit
    window: str | None
    by: str
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values, amounts in the unit of the input."""
        counted, amount = self.counted, self.unit.of
        return {
            "conversions": counted.conversions,
            "value": amount(counted.value),
            "unattributed": {
                "conversions": counted.unattributed_conversions, "value": amount(counted.unattributed_value),
            },
            "different_paths": self.different,
            "paths": [asdict(path) | {"path": list(path.path), "value": amount(path.value)} for path in self.paths],
            "lengths": [{"touches": touches, "conversions": count} for touches, count in self.lengths],
            "time_lag": {"first_touch_days": _percents(self.first_lag), "last_touch_days": _percents(self.last_lag)},
            "roles": {role.group: {k: v for k, v in asdict(role).items() if k != "group"} for role in self.roles},
            "journeys": {
                "converting": counted.conversions - counted.unattributed_conversions,
                "null": counted.null, "censored": counted.censored,
            },
            "window": self.window, "by": self.by, "notes": list(self.notes),
        }  # fmt: skip

    def to_json(self, indent: int | None = None) -> str:
        """Return everything as JSON."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=indent, allow_nan=False)

    def rows(self, separator: str = " > ") -> list[tuple[Any, ...]]:
        """Return the top paths as rows of PATH_FIELDS."""
        return [
            (separator.join(one.path), one.conversions, self.unit.of(one.value), one.nulls, one.mean_days)
            for one in self.paths
        ]

    def to_arrow(self) -> pa.Table:
        """Return the top paths as an Arrow table with the columns of PATH_FIELDS."""
        import pyarrow as pa

        columns = list(zip(*self.rows(), strict=True)) or [()] * len(PATH_FIELDS)
        amount = pa.int64() if self.unit.is_whole else pa.float64()
        types = (pa.string(), pa.int64(), amount, pa.int64(), pa.float64())
        return pa.table(
            {name: pa.array(column, kind) for name, column, kind in zip(PATH_FIELDS, columns, types, strict=True)}
        )


def path_report(
    journeys: Journeys,
    nulls: NullJourneys,
    *,
    unit: Unit,
    window: str | None,
    by: str,
    notes: Sequence[str],
    most: int,
    collapse: bool,
    open_paths: Mapping[tuple[str, ...], int] | None = None,
) -> PathReport:
    """Return the report of these journeys; `open_paths` are open journeys by path, where all of them are known."""
    journeys = collapsed(journeys) if collapse else journeys
    if collapse:
        nulls = NullJourneys(nulls.paths, nulls.censored)
        open_paths = None if open_paths is None else _collapsed_paths(open_paths)
    touched = journeys.lengths > 0
    found = [path for path in pathways(journeys, nulls) if path.groups]
    has_moments = window is not None
    return PathReport(
        paths=tuple(_top(path, open_paths, has_moments) for path in found[:most]),
        different=len(found),
        lengths=_lengths(journeys, touched),
        first_lag=_lags(journeys, journeys.starts[:-1][touched], touched) if has_moments else None,
        last_lag=_lags(journeys, journeys.starts[1:][touched] - 1, touched) if has_moments else None,
        roles=_roles(journeys),
        counted=Counted(
            int(journeys.conversions.sum()), int(journeys.value.sum()), int(journeys.conversions[~touched].sum()),
            int(journeys.value[~touched].sum()), nulls.paths, nulls.censored,
        ),
        unit=unit, window=window, by=by, notes=tuple(notes),
    )  # fmt: skip


def collapsed(journeys: Journeys) -> Journeys:
    """Return journeys in which repeats of a group in a row are one touch, the first of them."""
    kept = np.ones(len(journeys.group), bool)
    kept[1:] = journeys.group[1:] != journeys.group[:-1]
    kept[journeys.starts[:-1][journeys.lengths > 0]] = True
    lengths = np.bincount(journeys.owner[kept], minlength=len(journeys.value))
    starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    return replace(journeys, starts=starts, group=journeys.group[kept], age=journeys.age[kept])


def _collapsed_paths(open_paths: Mapping[tuple[str, ...], int]) -> dict[tuple[str, ...], int]:
    counted: dict[tuple[str, ...], int] = {}
    for path, count in open_paths.items():
        short = tuple(name for place, name in enumerate(path) if not place or path[place - 1] != name)
        counted[short] = counted.get(short, 0) + count
    return counted


def _top(path: Pathway, open_paths: Mapping[tuple[str, ...], int] | None, has_moments: bool) -> TopPath:
    nulls = path.nulls if open_paths is None else open_paths.get(path.groups, 0)
    days = path.mean_age / DAY if has_moments else None
    return TopPath(path.groups, path.conversions, path.value, nulls, None if days is None else round(days, 4))


def _lengths(journeys: Journeys, touched: NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
    lengths, place = np.unique(journeys.lengths[touched], return_inverse=True)
    counts = np.zeros(len(lengths), np.int64)
    np.add.at(counts, place, journeys.conversions[touched])
    return tuple(zip(lengths.tolist(), counts.tolist(), strict=True))


def _lags(journeys: Journeys, touch: Ints, touched: NDArray[np.bool_]) -> dict[int, float]:
    """Days from a touch of each journey to its conversion: the smallest that at least so many percent do not exceed."""
    age, weight = journeys.age[touch], journeys.conversions[touched]
    if not len(age):
        return {}
    order = np.argsort(age, kind="stable")
    reached = np.cumsum(weight[order])
    places = [int(np.searchsorted(reached, -(-percent * int(reached[-1]) // 100))) for percent in QUANTILES]
    return {percent: round(float(age[order][place]) / DAY, 4) for percent, place in zip(QUANTILES, places, strict=True)}


def _roles(journeys: Journeys) -> tuple[Role, ...]:
    found = roles_of(journeys)
    columns = (found.present, found.starts, found.assists, found.closes, found.alone)
    rows = zip(journeys.groups, *(column.tolist() for column in columns), strict=True)
    return tuple(Role(*row) for row in rows)


def _percents(lag: Mapping[int, float] | None) -> dict[str, float] | None:
    return None if lag is None else {f"p{percent}": days for percent, days in lag.items()}
