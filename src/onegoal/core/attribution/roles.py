"""What each group does in journeys that ended in a conversion: starts, assists, closes, and who stands beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from onegoal.core.attribution.cents import sums
from onegoal.core.attribution.distinct import distinct
from onegoal.core.attribution.journeys import CONVERSION, NULL, Ints, Journeys, NullJourneys


@dataclass(frozen=True, slots=True)
class Roles:
    """How many conversions each group had a part in; columns are (K,) in the order of the groups.

    present: it stands anywhere in the journey.  starts, closes: its touch is the first, the last.
    assists: a touch of it stands before the last one.  alone: all touches are its own.
    attributed: conversions with any touch at all, what shares are taken of.
    """

    present: Ints
    starts: Ints
    assists: Ints
    closes: Ints
    alone: Ints
    attributed: int


def roles_of(journeys: Journeys, weight: Ints | None = None) -> Roles:
    """Count the parts of every group; a conversion counts once for each part however many touches play it.

    `weight`, (J,), is what a journey counts for: its conversions, or its value in minor units.
    """
    size, weight = len(journeys.groups), journeys.conversions if weight is None else weight
    touched = journeys.lengths > 0
    first, last = journeys.starts[:-1][touched], journeys.starts[1:][touched] - 1
    met = journeys.owner * size + journeys.group
    before_last = np.ones(len(met), bool)
    before_last[last] = False
    everywhere, early = (_Met.of(cells, size) for cells in (met, met[before_last]))
    lonely = np.bincount(everywhere.journey, minlength=len(weight))[everywhere.journey] == 1
    return Roles(
        present=sums(everywhere.group, weight[everywhere.journey], size),
        starts=sums(journeys.group[first], weight[touched], size),
        assists=sums(early.group, weight[early.journey], size),
        closes=sums(journeys.group[last], weight[touched], size),
        alone=sums(everywhere.group[lonely], weight[everywhere.journey[lonely]], size),
        attributed=int(weight[touched].sum()),
    )


def moves_between(journeys: Journeys, nulls: NullJourneys) -> Ints:
    """Count the steps of all journeys: rows are the start and the groups, columns the groups, conversion and no conversion.

    Returns (K+1, K+2). Steps of open journeys are counted where moves of order 1 are known.
    """
    size = len(journeys.groups)
    counts = np.zeros((size + 1, size + 2), np.int64)
    weight, touched = journeys.conversions, journeys.lengths > 0
    first, last = journeys.starts[:-1][touched], journeys.starts[1:][touched] - 1
    counts[0, :size] = sums(journeys.group[first], weight[touched], size)
    counts[1:, size] = sums(journeys.group[last], weight[touched], size)
    inner = np.ones(len(journeys.group), bool)
    inner[last] = False
    at = np.flatnonzero(inner)
    np.add.at(counts, (journeys.group[at] + 1, journeys.group[at + 1]), weight[journeys.owner[at]])
    moves = nulls.moves.get(1)
    if moves is not None:
        column = np.select([moves.target == CONVERSION, moves.target == NULL], [size, size + 1], moves.target - 1)
        np.add.at(counts, (moves.source, column), moves.count)
    return counts


@dataclass(frozen=True, slots=True)
class _Met:
    """Which journey met which group, each pair once."""

    journey: Ints
    group: Ints

    @classmethod
    def of(cls, cells: Ints, size: int) -> _Met:
        """Tell them from numbers journey * size + group, one for each touch."""
        return cls(*np.divmod(distinct(cells), max(size, 1)))
