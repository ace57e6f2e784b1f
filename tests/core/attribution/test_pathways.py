"""Different paths and first steps, against counts made by hand."""

from __future__ import annotations

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


def test_open_journeys_are_known_for_paths_shorter_than_the_longest_order() -> None:
    found = {path.groups: path.nulls for path in pathways(journeys("a", "ab", "aba"), nulls("ab", "ab", "b", "aba"))}
    assert found == {("a",): 0, ("a", "b"): 2, ("a", "b", "a"): None}


def test_without_open_journeys_none_are_told() -> None:
    assert [path.nulls for path in pathways(journeys("a"), NullJourneys())] == [None]
    assert pathways(journeys(), NullJourneys()) == []


def test_first_steps_end_fold_and_go_on() -> None:
    found = first_steps(journeys("abab", "a", "cb", ""), steps=2, most=2)
    assert found == {(0, "a", "b"): 1, (1, "b", LATER): 1, (0, "a", END): 1, (0, OTHER, "b"): 1, (1, "b", END): 1}
