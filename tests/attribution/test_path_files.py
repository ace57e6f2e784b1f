"""Aggregated paths as journeys: totals to the unit, separators and empty steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from onegoal.attribution import SourceRefused, attribution_of_paths, paths_of_file
from onegoal.attribution.path_files import PathRows, open_paths
from onegoal.core.attribution.cutting import Conversions, Touches, cut_journeys
from onegoal.core.attribution.journeys import JourneyRule
from onegoal.core.attribution.models import attribute

PATHS = {
    "path": ["a > b > a", "b", "c > a", "a"], "total_conversions": [2, 1, 3, 0],
    "total_conversion_value": [10.5, 0.244, 3.0, 0.0], "total_null": [4, 0, 1, 5],
}  # fmt: skip


def opened(given: Any = PATHS, **options: Any) -> PathRows:
    return open_paths(given, **{"columns": None, "separator": " > ", "top": 200} | options)


def refusal(given: Any, **options: Any) -> SourceRefused:
    with pytest.raises(SourceRefused) as caught:
        opened(given, **options)
    return caught.value


def test_names_of_channel_attribution_are_understood() -> None:
    found = opened()
    assert found.groups == ("a", "b", "c")
    assert found.conversions.tolist() == [2, 1, 3, 0]
    assert found.value.tolist() == [10_500, 244, 3_000, 0]
    assert found.nulls.tolist() == [4, 0, 1, 5]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_files_give_the_same_paths(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"paths.{kind}"
    if kind == "parquet":
        pq.write_table(pa.table(PATHS), path)
    else:
        lines = [",".join(map(str, row)) for row in zip(*PATHS.values(), strict=True)]
        path.write_text("\ufeff" + "\n".join([",".join(PATHS), *lines]) + "\n", encoding="utf-8")
    found = opened(path)
    assert found.paths == opened().paths
    assert found.value.tolist() == opened().value.tolist()


def test_every_model_reconciles_with_the_file() -> None:
    result = attribution_of_paths(PATHS).as_dict()
    assert (result["conversions"], result["value"]) == (6, 13.744)
    for credits in result["models"].values():
        assert sum(credits["conversions"].values()) == pytest.approx(6, abs=1e-9)
        assert round(sum(credits["value"].values()) * 1000) == 13_744
    assert result["journeys"] == {"converting": 6, "null": 10, "censored": 0}


def test_paths_and_their_touches_one_by_one_get_the_same_credits() -> None:
    found = opened()
    journeys, nulls = found.journeys((1, 2, 3), True)
    touches, conversions = [], []
    person = 0
    for path, won, lost in zip(found.paths, found.conversions.tolist(), found.nulls.tolist(), strict=True):
        for ends_well in [True] * won + [False] * lost:
            touches += [(person, place, code) for place, code in enumerate(path)]
            if ends_well:
                conversions.append((person, len(path)))
            person += 1
    columns = [np.array(column, np.int64) for column in zip(*touches, strict=True)]
    who, when = (np.array(column, np.int64) for column in zip(*conversions, strict=True))
    nothing = np.zeros(len(who), np.int64)
    rows = Touches(columns[0], columns[1], columns[2].astype(np.int32))
    cut = cut_journeys(
        rows, Conversions(who, when, nothing, nothing - 1, nothing), groups=found.groups, rule=JourneyRule(),
        ends_at=100, orders=(1, 2, 3), coalitions=True,
    )  # fmt: skip
    models = ("first", "last", "linear", "position", "markov", "markov_2", "markov_3", "shapley", "shapley_rate")
    mine, theirs = attribute(journeys, nulls, models), attribute(*cut, models)
    for model in models:
        assert mine[model].conversions == pytest.approx(theirs[model].conversions, abs=1e-9)


def test_time_decay_is_left_out_and_that_is_said_unless_it_is_named() -> None:
    result = attribution_of_paths(PATHS)
    assert "time_decay" not in result.models
    assert "Paths have no moments: time_decay is left out, and w_shaped follows position." in result.notes
    assert result.models["w_shaped"].conversions == pytest.approx(result.models["position"].conversions)
    named = attribution_of_paths({"path": ["a > b"], "conversions": [1]}, models=["time_decay"], half_life="1d")
    assert named.models["time_decay"].conversions.tolist() == pytest.approx([1 / 3, 2 / 3])
    assert "each step counts as a day" in named.notes[-1]


@pytest.mark.parametrize(("paths", "told"), [
    (["a>b", "c"], ">"), (["a | b"], " | "), (["a|b"], "|"), (["a -> b"], " -> "), (["a → b"], " → "),
    (["a,b"], ","), (["a;b"], ";"), (["a\tb"], "\t"),
])  # fmt: skip
def test_another_separator_is_named(paths: list[str], told: str) -> None:
    said = refusal({"path": paths, "conversions": [1] * len(paths)})
    assert said.code == "separator"
    assert said.message == f"No path of paths holds ' > ', but some hold {told!r}."
    assert said.remedy == f"Use --separator {told!r}."
    assert len(opened({"path": paths, "conversions": [1] * len(paths)}, separator=told).groups) > 1


def test_a_separator_without_its_spaces_in_one_row_is_refused_there() -> None:
    said = refusal({"path": ["a > b", "a>b"], "conversions": [1, 1]})
    assert (said.row, said.remedy) == (2, "Use --separator '>': spaces around it are left out.")
    assert opened({"path": ["a > b", "a>b"], "conversions": [1, 1]}, separator=">").groups == ("a", "b")


def test_paths_of_one_step_need_no_separator() -> None:
    assert opened({"path": ["a", "b"], "conversions": [1, 1]}).groups == ("a", "b")


@pytest.mark.parametrize("path", ["a >  > b", "a > b > ", " > a"])
def test_an_empty_step_is_refused_with_its_row(path: str) -> None:
    said = refusal({"path": ["a > b", path], "conversions": [1, 1]})
    assert (said.code, said.row) == ("path", 2)
    assert said.message == f"paths, row 2: the path {path!r} has an empty step."


def test_conversions_without_a_path_are_unattributed() -> None:
    result = attribution_of_paths({"path": ["a", None], "conversions": [1, 2], "value": [5, 7]})
    assert result.as_dict()["unattributed"] == {"conversions": 2, "value": 7}
    assert result.notes[0] == "2 conversions have no path: they are unattributed."


@pytest.mark.parametrize(("column", "values"), [
    ("conversions", [1, -1]), ("conversions", [1, 1.5]), ("nulls", [1, -3]), ("conversions", ["1", "many"]),
])  # fmt: skip
def test_counts_that_are_none_are_refused_with_their_row(column: str, values: list[Any]) -> None:
    said = refusal({"path": ["a", "b"], "conversions": [1, 1]} | {column: values})
    assert (said.code, said.row) == (column, 2)
    assert f"the {column} is no whole number from 0 up" in said.message


def test_a_value_without_conversions_is_said_to_count_for_nothing() -> None:
    result = attribution_of_paths({"path": ["a", "b"], "conversions": [1, 0], "value": [5, 9]})
    assert result.counted.value == 5
    assert result.notes[0] == "1 rows have a value and no conversion: the value is not counted."


def test_the_smallest_groups_are_one() -> None:
    found = opened(PATHS, top=1)
    assert found.groups == ("(other)", "a")
    assert "the 1 with most touches" in found.notes[-1]


def test_no_rows_give_zeros() -> None:
    result = attribution_of_paths({"path": pa.array([], pa.string()), "conversions": pa.array([], pa.int64())})
    assert result.as_dict()["conversions"] == 0
    assert result.groups == ()


def test_a_missing_column_is_asked_for() -> None:
    assert refusal({"path": ["a"]}).column == "conversions"


def test_an_empty_separator_is_refused() -> None:
    assert refusal(PATHS, separator="").code == "separator"


def test_the_report_of_paths_knows_open_journeys_and_no_times() -> None:
    report = paths_of_file(PATHS, most=2).as_dict()
    assert report["paths"] == [
        {"path": ["c", "a"], "conversions": 3, "value": 3.0, "nulls": 1, "mean_days": None},
        {"path": ["a", "b", "a"], "conversions": 2, "value": 10.5, "nulls": 4, "mean_days": None},
    ]
    assert report["different_paths"] == 3
    assert report["time_lag"] == {"first_touch_days": None, "last_touch_days": None}
    assert report["roles"]["a"] == {"present": 5, "starts": 2, "assists": 2, "closes": 5, "alone": 0}


def test_repeats_can_be_told_as_one_step() -> None:
    given = {"path": ["a > a > b", "a > b"], "conversions": [1, 2], "nulls": [3, 4]}
    report = paths_of_file(given, collapse=True).as_dict()
    assert report["paths"] == [{"path": ["a", "b"], "conversions": 3, "value": 0, "nulls": 7, "mean_days": None}]
    assert report["lengths"] == [{"touches": 2, "conversions": 3}]
