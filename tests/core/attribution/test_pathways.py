"""Different paths and first steps, against counts made by hand."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from tests.core.attribution.given import Way, journeys_of, ways
from tests.core.attribution.paths_by_hand import journeys, nulls

from onegoal.core.attribution.journeys import DAY, NullJourneys
from onegoal.core.attribution.pathways import END, LATER, OTHER, first_steps, pathways


def test_equal_paths_are_one_line_with_all_their_journeys() -> None:
    found = pathways(journeys("ab", "ba", "ab", "", "aab"), NullJourneys())
    assert [(path.groups, path.conversions, path.value) for path in found] == [
        (("a", "b"), 2, 200), ((), 1, 100), (("a", "a", "b"), 1, 100), (("b", "a"), 1, 100),
    ]  # fmt: skip
    assert found[0].rows.tolist() == [0, 2]
    assert found[0].mean_age == 2 * DAY


@settings(max_examples=80, deadline=None)
@given(ways)
def test_paths_are_counted_like_words(given_ways: list[Way]) -> None:
    conversions, value = Counter[str](), Counter[str]()
    for way in given_ways:
        conversions[way.path] += way.conversions
        value[way.path] += way.value
    found = pathways(journeys_of(given_ways), NullJourneys())
    ranked = sorted(conversions, key=lambda word: (-conversions[word], tuple(word)))
    assert [("".join(path.groups), path.conversions, path.value) for path in found] == [
        (word, conversions[word], value[word]) for word in ranked
    ]
    assert [{given_ways[row].path for row in path.rows.tolist()} for path in found] == [{word} for word in ranked]


def test_the_time_of_a_path_is_the_mean_of_its_conversions() -> None:
    found = pathways(journeys_of([Way("ab", days=(9, 2)), Way("ab", 50, 3, days=(1, 0)), Way("", 7)]), NullJourneys())
    assert [(path.groups, path.mean_age) for path in found] == [(("a", "b"), 3 * DAY), ((), 0)]


def test_open_journeys_are_known_for_paths_shorter_than_the_longest_order() -> None:
    found = {path.groups: path.nulls for path in pathways(journeys("a", "ab", "aba"), nulls("ab", "ab", "b", "aba"))}
    assert found == {("a",): 0, ("a", "b"): 2, ("a", "b", "a"): None}


def test_without_open_journeys_none_are_told() -> None:
    assert [path.nulls for path in pathways(journeys("a"), NullJourneys())] == [None]
    assert pathways(journeys(), NullJourneys()) == []


def test_first_steps_end_fold_and_go_on() -> None:
    found = first_steps(journeys("abab", "a", "cb", ""), steps=2, most=2)
    assert found == {(0, "a", "b"): 1, (1, "b", LATER): 1, (0, "a", END): 1, (0, OTHER, "b"): 1, (1, "b", END): 1}
