"""The arithmetic of a review's score."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.scorecards import Answered, is_failed, score_of


def test_the_worked_example_of_the_documents():
    answers = [
        Answered("yes_no", 3, 1),
        Answered("scale", 2, 4),
        Answered("yes_no", 1, 0),
        Answered("scale", 5, None),
        Answered("text", 9, None),
    ]
    assert score_of(answers) == 7667  # (3·1 + 2·0.8 + 1·0) / (3 + 2 + 1) = 4.6 / 6


def test_what_does_not_apply_changes_nothing():
    answers = [Answered("yes_no", 1, 1), Answered("scale", 1, 0)]
    assert score_of([*answers, Answered("yes_no", 32_767, None)]) == score_of(answers) == 5000


def test_the_largest_weights_stay_exact():
    assert score_of([Answered("scale", 32_767, 5)] * 500 + [Answered("scale", 32_767, 0)]) == 9980


def test_nothing_that_gives_points_has_no_score():
    assert score_of([]) is None
    assert score_of([Answered("text", 4, None), Answered("yes_no", 0, 1), Answered("scale", 2, None)]) is None


def test_an_answer_outside_its_scale_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        score_of([Answered("yes_no", 1, 2)])


@given(st.lists(st.builds(Answered, st.just("scale"), st.integers(1, 100), st.integers(0, 5)), min_size=1))
def test_a_score_lies_between_nothing_and_everything_and_rises_with_an_answer(answers):
    score = score_of(answers)
    better = [Answered("scale", answers[0].weight, 5), *answers[1:]]
    assert 0 <= score <= score_of(better) <= 10_000


def test_a_no_and_a_low_point_fail_and_no_answer_does_not():
    assert is_failed("yes_no", 0, 3)
    assert not is_failed("yes_no", 1, 3)
    assert is_failed("scale", 2, 3)
    assert not is_failed("scale", 3, 3)
    assert not is_failed("scale", None, 3)
    assert not is_failed("text", None, 3)
