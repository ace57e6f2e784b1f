"""Little journeys, written as people would write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from onegoal.core.attribution.cutting import bucket_of
from onegoal.core.attribution.journeys import DAY, Journeys, NullJourneys
from onegoal.core.attribution.steps import coalitions_of, open_moves


@dataclass(frozen=True)
class Way:
    """One journey: letters of its touches, value in cents, conversions, days of each touch before the conversion, lead."""

    path: str
    value: int = 0
    conversions: int = 1
    days: tuple[int, ...] | None = None
    lead_days: int | None = None


def journeys_of(ways: Sequence[Way], groups: str = "abc") -> Journeys:
    """Touches without days are one day apart, the last one at the conversion."""
    days = [day for way in ways for day in way.days or range(len(way.path) - 1, -1, -1)]
    count = np.arange(len(ways), dtype=np.int64)
    return Journeys(
        groups=tuple(groups),
        starts=np.concatenate(([0], np.cumsum([len(way.path) for way in ways], dtype=np.int64))).astype(np.int64),
        group=np.array([groups.index(letter) for way in ways for letter in way.path], np.int32),
        age=np.array(days, np.int64) * DAY,
        at=count,
        value=np.array([way.value for way in ways], np.int64),
        conversions=np.array([way.conversions for way in ways], np.int64),
        lead_age=np.array([-1 if way.lead_days is None else way.lead_days * DAY for way in ways], np.int64),
        key=count,
        person=count,
        bucket=bucket_of(count),
    )


def nulls_of(paths: Sequence[str], groups: str = "abc", orders: Sequence[int] = (1, 2, 3)) -> NullJourneys:
    paths = [path for path in paths if path]
    starts = np.concatenate(([0], np.cumsum([len(path) for path in paths], dtype=np.int64))).astype(np.int64)[:-1]
    group = np.array([groups.index(letter) for path in paths for letter in path], np.int32)
    bucket = bucket_of(np.arange(len(paths)) + 1_000_000)
    return NullJourneys(
        paths=len(paths),
        moves={order: open_moves(starts, group, bucket, len(groups), order) for order in orders},
        coalitions=coalitions_of(starts, group, bucket, len(groups)),
    )


paths = st.text("abc", max_size=5)
ways = st.lists(
    st.builds(
        Way,
        paths,
        st.one_of(st.integers(-500, 5000), st.integers(-9 * 10**15, 9 * 10**15)),
        st.integers(1, 3),
        lead_days=st.none() | st.integers(0, 5),
    ),
    max_size=8,
)
null_paths = st.lists(paths, max_size=8)
