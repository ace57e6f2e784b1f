"""The reference is checked by hand on cases small enough to count on paper."""

from __future__ import annotations

import pytest
from tests.attribution.reference import Conversion, Touch, credits_of, cut, removal_effects, shapley_rate, split

DAY = 86_400_000_000


def test_a_journey_begins_after_the_previous_conversion() -> None:
    touches = [Touch(1, 1 * DAY, "a"), Touch(1, 2 * DAY, "b"), Touch(1, 3 * DAY, "c"), Touch(1, 5 * DAY, "d")]
    found = cut(touches, [Conversion(1, 2 * DAY), Conversion(1, 4 * DAY)], window=30 * DAY)
    assert [journey.path for journey in found.journeys] == [("a", "b"), ("c",)]
    assert found.open_paths == (("d",),)
    overlapping = cut(touches, [Conversion(1, 2 * DAY), Conversion(1, 4 * DAY)], window=30 * DAY, is_overlapping=True)
    assert [journey.path for journey in overlapping.journeys] == [("a", "b"), ("a", "b", "c")]


def test_the_window_leaves_out_its_oldest_moment_and_takes_the_conversions_own() -> None:
    touches = [Touch(1, 0, "a"), Touch(1, 1, "b"), Touch(1, DAY, "c")]
    assert cut(touches, [Conversion(1, DAY)], window=DAY).journeys[0].path == ("b", "c")


def test_cents_go_to_the_largest_remainders_and_then_to_the_earlier() -> None:
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(-100, [1, 1, 1]) == [-34, -33, -33]
    assert split(10, [0.4, 0.1, 0.1, 0.4]) == [4, 1, 1, 4]
    assert split(1, [0.4, 0.2, 0.4]) == [1, 0, 0]


def test_a_path_that_always_converts_needs_its_only_group() -> None:
    found = cut([Touch(1, 1, "a", converted=True, value=7), Touch(2, 1, "b")], window=DAY)
    assert removal_effects(found, 1, ("a", "b")) == ({"a": 1.0, "b": 0.0}, {"a": 1.0, "b": 0.0})
    assert credits_of("linear", found.attributed) == ({"a": 1.0}, {"a": 7})
    assert shapley_rate(found, ("a", "b")) == pytest.approx({"a": 1.5, "b": -0.5})
