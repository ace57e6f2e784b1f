"""Starts, assists and closes of groups, and the steps between them, against counts made by hand."""

from __future__ import annotations

from tests.core.attribution.paths_by_hand import journeys, nulls

from onegoal.core.attribution.journeys import NullJourneys
from onegoal.core.attribution.roles import moves_between, roles_of


def test_a_group_that_never_stands_last_assists_and_never_closes() -> None:
    found = roles_of(journeys("ab", "aab", "ba", "b", ""))
    assert found.attributed == 4
    assert found.present.tolist() == [3, 4, 0]
    assert found.starts.tolist() == [2, 2, 0]
    assert found.closes.tolist() == [1, 3, 0]
    assert found.assists.tolist() == [2, 1, 0]
    assert found.alone.tolist() == [0, 1, 0]


def test_a_journey_of_one_group_twice_both_assists_and_closes() -> None:
    found = roles_of(journeys("cc"))
    assert (found.assists[2], found.closes[2], found.alone[2]) == (1, 1, 1)


def test_every_touch_is_left_once() -> None:
    counts = moves_between(journeys("ab", "b", ""), nulls("ac", "a"))
    # rows: start, a, b, c; columns: a, b, c, conversion, none
    assert counts.tolist() == [[3, 1, 0, 0, 0], [0, 1, 1, 0, 1], [0, 0, 0, 2, 0], [0, 0, 0, 0, 1]]


def test_no_journeys_at_all_have_no_parts() -> None:
    empty = journeys(groups=())
    assert roles_of(empty).attributed == 0
    assert moves_between(empty, NullJourneys()).tolist() == [[0, 0]]
