"""Answers that processes share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from onegoal.warehouse.answers import MOST_BYTES, SharedAnswers


@pytest.fixture
def asked() -> list[int]:
    return []


def compute(asked: list[int], count: int = 3) -> pa.Table:
    asked.append(count)
    return pa.table({"number": pa.array(range(count), pa.int64())})


def test_another_process_reads_what_the_first_computed(tmp_path: Path, asked: list[int]) -> None:
    first = SharedAnswers(tmp_path).remember("SELECT $d0", {"d0": 1}, "state", lambda: compute(asked))
    second = SharedAnswers(tmp_path).remember("SELECT $d0", {"d0": 1}, "state", lambda: compute(asked))
    assert first == second
    assert asked == [3]


@pytest.mark.parametrize(
    ("statement", "value", "state"), [("SELECT 2", 1, "state"), ("SELECT 1", 2, "state"), ("SELECT 1", 1, "changed")]
)
def test_another_statement_value_or_state_is_computed_anew(
    tmp_path: Path, asked: list[int], statement: str, value: int, state: str
) -> None:
    answers = SharedAnswers(tmp_path)
    answers.remember("SELECT 1", {"d0": 1}, "state", lambda: compute(asked))
    answers.remember(statement, {"d0": value}, state, lambda: compute(asked))
    assert len(asked) == 2


def test_a_torn_answer_is_computed_again(tmp_path: Path, asked: list[int]) -> None:
    answers = SharedAnswers(tmp_path)
    answers.remember("SELECT 1", {}, "state", lambda: compute(asked))
    (file,) = (tmp_path / "answers").iterdir()
    file.write_bytes(file.read_bytes()[:20])
    assert answers.remember("SELECT 1", {}, "state", lambda: compute(asked)).num_rows == 3
    assert len(asked) == 2


def test_large_answers_stay_in_their_process(tmp_path: Path, asked: list[int]) -> None:
    answers = SharedAnswers(tmp_path)
    for _ in range(2):
        answers.remember("SELECT 1", {}, "state", lambda: compute(asked, MOST_BYTES // 8 + 1))
    assert len(asked) == 2


def test_long_columns_are_mapped_by_every_process(tmp_path: Path, asked: list[int]) -> None:
    def columns() -> tuple[np.ndarray, ...]:
        asked.append(1)
        return np.arange(1_000_000), np.arange(3)

    for _ in range(2):
        first, second = SharedAnswers(tmp_path).remember_columns("touches", "state", ("person", "at"), columns)
        assert (int(first.sum()), second.tolist()) == (499_999_500_000, [0, 1, 2])
    assert len(asked) == 1
    SharedAnswers(tmp_path).remember_columns("touches", "changed", ("person", "at"), columns)
    assert len(asked) == 2


def test_a_torn_column_is_computed_again(tmp_path: Path) -> None:
    answers = SharedAnswers(tmp_path)
    answers.remember_columns("touches", "state", ("person",), lambda: (np.arange(9),))
    (file,) = (tmp_path / "answers").iterdir()
    file.write_bytes(file.read_bytes()[:-8])
    (again,) = answers.remember_columns("touches", "state", ("person",), lambda: (np.arange(9),))
    assert again.tolist() == list(range(9))
