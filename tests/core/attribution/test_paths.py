"""Paths as a whole, against counting them one by one."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.attribution.given import Way, journeys_of, ways

from onegoal.core.attribution import paths as module
from onegoal.core.attribution.journeys import DAY
from onegoal.core.attribution.paths import path_lengths, path_summary, roles, time_lags


def named(summary) -> dict[str, tuple[int, int]]:
    words = ["".join(summary.groups[code] for code in path) for path in summary.paths]
    return {
        word: (int(c), int(v)) for word, c, v in zip(words, summary.conversions, summary.value, strict=True)
    }  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(ways, st.booleans(), st.sampled_from([1 << 62, 8]))
def test_paths_are_counted_like_words(given_ways, collapse, packed):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "_PACKED", packed)
        found = path_summary(journeys_of(given_ways), collapse=collapse)
    conversions, value = Counter(), Counter()
    for way in given_ways:
        word = "".join(letter for letter, _ in groupby(way.path)) if collapse else way.path
        conversions[word] += way.conversions
        value[word] += way.value
    assert named(found) == {word: (conversions[word], value[word]) for word in conversions}
    assert found.different == len(conversions)
    ranked = sorted(conversions, key=lambda word: (-conversions[word], word))
    assert list(named(found)) == ranked
    assert list(named(path_summary(journeys_of(given_ways), collapse=collapse, most=2))) == ranked[:2]
    lengths = path_lengths(journeys_of(given_ways), collapse=collapse)
    assert dict(zip(lengths.at.tolist(), lengths.conversions.tolist(), strict=True)) == {
        size: sum(count for word, count in conversions.items() if len(word) == size)
        for size in {len(w) for w in conversions}
    }


def test_time_is_told_from_the_first_and_from_the_last_touch():
    journeys = journeys_of([Way("ab", 100, days=(9, 2)), Way("ab", 50, 3, days=(1, 0)), Way("", 7)])
    since_first, since_last = time_lags(journeys), time_lags(journeys, since_last=True)
    assert (since_first.at.tolist(), since_first.conversions.tolist(), since_first.value.tolist()) == (
        [1, 9], [3, 1], [50, 100],
    )  # fmt: skip
    assert since_last.at.tolist() == [0, 2]
    found = path_summary(journeys)
    assert found.first_age.tolist() == [3 * DAY, 0]
    assert found.paths == ((0, 1), ())


def test_a_conversion_counts_in_money_for_every_part_in_it():
    found = roles(journeys_of([Way("abc", 900), Way("a", 50, 2), Way("", 5)]))
    assert found.value.starts.tolist() == [950, 0, 0]
    assert found.value.closes.tolist() == [50, 0, 900]
    assert found.value.assists.tolist() == [900, 900, 0]
    assert found.value.alone.tolist() == [50, 0, 0]
    assert found.conversions.starts.tolist() == [3, 0, 0]
    assert (found.conversions.attributed, found.value.attributed) == (3, 950)


def test_nobody_went_anywhere():
    found = path_summary(journeys_of([]))
    assert (found.paths, found.different, len(np.atleast_1d(found.first_age))) == ((), 0, 0)
    assert not len(path_lengths(journeys_of([])).at)
