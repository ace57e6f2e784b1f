"""Telling numbers apart."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.attribution.distinct import distinct, numbered


@given(st.lists(st.integers(0, 50) | st.integers(0, 2**62), max_size=30))
def test_numbers_are_told_apart_in_order_whether_small_or_huge(numbers: list[int]) -> None:
    given_numbers = np.array(numbers, np.int64)
    found, row = numbered(given_numbers)
    assert found.tolist() == distinct(given_numbers).tolist() == sorted(set(numbers))
    assert found[row].tolist() == numbers
