"""Cutting touches into journeys, against the rule spelled out touch by touch."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onegoal.core.attribution.cutting import NO_LEAD, Conversions, Touches, bucket_of, cut_journeys
from onegoal.core.attribution.journeys import BUCKETS, DAY, NULL, START, JourneyRule
from onegoal.core.attribution.steps import MoveCounter

GROUPS = ("a", "b", "c")
Event = tuple[int, int, int]


def touches_of(events: list[Event]) -> Touches:
    rows = np.array(sorted(events), np.int64).reshape(-1, 3)
    return Touches(rows[:, 0], rows[:, 1], rows[:, 2].astype(np.int32))


def conversions_of(events: list[tuple[int, int]]) -> Conversions:
    rows = np.array(sorted(events), np.int64).reshape(-1, 2)
    count = len(rows)
    return Conversions(
        rows[:, 0], rows[:, 1], np.arange(count) * 100, np.full(count, NO_LEAD), np.arange(count, dtype=np.int64)
    )


def by_the_rule(touches: list[Event], conversions: list[tuple[int, int]], rule: JourneyRule):
    """The journeys, and the open paths, as plain lists."""
    journeys, ordered = [], sorted(conversions)
    for place, (person, at) in enumerate(ordered):
        begin = at - rule.window
        if place and ordered[place - 1][0] == person and not rule.is_overlapping:
            begin = max(begin, ordered[place - 1][1])
        journeys.append([(g, at - t) for p, t, g in sorted(touches) if p == person and begin < t <= at])
    last = {person: at for person, at in ordered}
    open_paths: dict[int, list[int]] = {}
    for person, at, group in sorted(touches):
        if person not in last or at > last[person]:
            open_paths.setdefault(person, []).append(group)
    return journeys, open_paths


moments = st.integers(0, 12)
touch_lists = st.lists(st.tuples(st.integers(0, 4), moments, st.integers(0, 2)), max_size=30)
conversion_lists = st.lists(st.tuples(st.integers(0, 5), moments), max_size=8)


@settings(max_examples=300, deadline=None)
@given(touch_lists, conversion_lists, st.integers(1, 8), st.booleans(), st.sampled_from([1, 10**12]))
def test_each_conversion_gets_the_touches_that_the_rule_names(touches, conversions, window, overlapping, stretch):
    rule = JourneyRule(window * stretch, overlapping)
    touches = [(p, t * stretch, g) for p, t, g in touches]
    conversions = [(p, t * stretch) for p, t in conversions]
    found, nulls = cut_journeys(
        touches_of(touches), conversions_of(conversions), groups=GROUPS, rule=rule, ends_at=12 * stretch, orders=(1, 2, 3),
        coalitions=True,
    )  # fmt: skip
    journeys, open_paths = by_the_rule(touches, conversions, rule)
    cut = [
        list(zip(found.group[a:b].tolist(), found.age[a:b].tolist(), strict=True))
        for a, b in zip(found.starts[:-1], found.starts[1:], strict=True)
    ]
    assert cut == journeys
    assert nulls.paths + nulls.censored == len(open_paths)
    for order, moves in nulls.moves.items():
        counted = Counter()
        for source, target, count in zip(moves.source, moves.target, moves.count, strict=True):
            counted[int(source), int(target)] += int(count)
        assert counted == steps_by_hand(open_paths.values(), order)
    sets = Counter()
    for mask, count in zip(nulls.coalitions.mask, nulls.coalitions.count, strict=True):
        sets[int(mask)] += int(count)
    assert sets == Counter(sum(1 << g for g in set(path)) for path in open_paths.values())


def steps_by_hand(paths, order: int) -> Counter:
    counted: Counter = Counter()
    for path in paths:
        windows = [path[i : i + order] for i in range(max(len(path) - order, 0) + 1)]
        states = [sum((g + 1) * 4 ** (len(w) - 1 - i) for i, g in enumerate(w)) for w in windows]
        counted.update(zip([START, *states], [*states, NULL], strict=True))
    return counted


def test_an_open_journey_is_censored_until_its_window_is_over():
    touches = touches_of([(1, 0, 0), (2, 10 * DAY, 0), (3, 10 * DAY + 1, 0)])
    _, nulls = cut_journeys(
        touches, conversions_of([]), groups=GROUPS, rule=JourneyRule(30 * DAY), ends_at=40 * DAY
    )  # fmt: skip
    assert (nulls.paths, nulls.censored) == (2, 1)


def test_people_fall_evenly_into_the_random_groups():
    counts = np.bincount(bucket_of(np.arange(128_000)), minlength=BUCKETS)
    assert counts.min() > 850
    assert counts.max() < 1150


@pytest.mark.parametrize("groups", [3, 300])
def test_paths_that_are_taken_away_again_leave_nothing(groups):
    counter = MoveCounter(groups, 2, is_bucketed=True)
    starts, group, bucket = np.array([0, 2]), np.array([0, 1, 2, 2]), np.array([3, 4], np.int16)
    counter.add(starts, group, bucket)
    assert counter.moves().count.sum() == 4
    counter.add(starts, group, bucket, sign=-1)
    assert not len(counter.moves().count)
