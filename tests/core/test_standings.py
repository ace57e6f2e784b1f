"""Places with ties, progress against one's own plan, and what may not be told is not there at all."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.standings import Entry, places, standings


def test_equal_values_share_a_place_and_the_next_is_left_out() -> None:
    found = places({"a": Fraction(5), "b": Fraction(7), "c": Fraction(5), "d": Fraction(1), "e": None})
    assert found == {"b": 1, "a": 2, "c": 2, "d": 4, "e": None}


def test_where_less_is_better_the_smallest_is_first() -> None:
    assert places({"a": Fraction(3), "b": Fraction(2)}, less_is_better=True) == {"b": 1, "a": 2}


@given(st.dictionaries(st.integers(), st.integers(-5, 5).map(Fraction), min_size=1, max_size=30))
def test_a_place_is_one_more_than_the_number_of_those_ahead(values: dict[int, Fraction]) -> None:
    found = places(dict(values))
    for key, place in found.items():
        assert place == 1 + sum(other > values[key] for other in values.values())


def test_progress_is_of_ones_own_plan_and_decides_the_place() -> None:
    entries = [Entry("big", Fraction(9), Fraction(20)), Entry("small", Fraction(5), Fraction(5))]
    first, second = standings(entries, tells="progress")
    assert (first.key, first.place, first.progress) == ("small", 1, Fraction(1))
    assert (second.key, second.place, second.progress) == ("big", 2, Fraction(9, 20))


def test_without_any_plan_progress_is_of_the_best() -> None:
    lines = standings([Entry("a", Fraction(4)), Entry("b", Fraction(1)), Entry("c", None)], tells="progress")
    assert [(line.key, line.progress) for line in lines] == [("a", Fraction(1)), ("b", Fraction(1, 4)), ("c", None)]
    nothing = standings([Entry("a", Fraction(0)), Entry("b", Fraction(0))], tells="progress")
    assert [line.progress for line in nothing] == [None, None]


@pytest.mark.parametrize(("tells", "value", "progress"), [("progress", None, True), ("rank", None, None)])
def test_what_is_not_told_is_not_in_the_line(tells: str, value: object, progress: object) -> None:
    (line,) = standings([Entry("a", Fraction(4), Fraction(8))], tells=tells)  # type: ignore[arg-type]
    assert line.value is value
    assert (line.progress is not None) is bool(progress)
    assert line.place == 1
