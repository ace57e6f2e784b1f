"""Journeys written as lists of names, for tests that count them by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from onegoal.core.attribution.journeys import DAY, Journeys, NullJourneys
from onegoal.core.attribution.steps import open_moves


def journeys(*paths: Sequence[str], groups: Sequence[str] = ("a", "b", "c")) -> Journeys:
    """Each path a conversion worth 100, its touches a day apart and the last of them a day before the conversion."""
    codes = [groups.index(name) for path in paths for name in path]
    ages = [(len(path) - place) * DAY for path in paths for place in range(len(path))]
    count = len(paths)
    return Journeys(
        groups=tuple(groups),
        starts=np.concatenate([[0], np.cumsum([len(path) for path in paths])]).astype(np.int64),
        group=np.array(codes, np.int32),
        age=np.array(ages, np.int64),
        at=np.arange(count, dtype=np.int64),
        value=np.full(count, 100, np.int64),
        conversions=np.ones(count, np.int64),
        lead_age=np.full(count, -1, np.int64),
        key=np.arange(count, dtype=np.int64),
        person=np.arange(count, dtype=np.int64),
        bucket=np.zeros(count, np.int16),
    )


def nulls(
    *paths: Sequence[str], groups: Sequence[str] = ("a", "b", "c"), orders: Sequence[int] = (1, 3)
) -> NullJourneys:
    """Open journeys of these paths."""
    codes = np.array([groups.index(name) for path in paths for name in path], np.int64)
    starts = np.concatenate([[0], np.cumsum([len(path) for path in paths])])[:-1].astype(np.int64)
    bucket = np.zeros(len(paths), np.int16)
    moves = {order: open_moves(starts, codes, bucket, len(groups), order) for order in orders}
    return NullJourneys(paths=len(paths), moves=moves)
