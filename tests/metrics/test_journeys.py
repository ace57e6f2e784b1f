"""The journey rule as expressions, on tables small enough to count by hand."""

from __future__ import annotations

import ibis
import pytest

from onegoal.core.attribution.journeys import DAY, JourneyRule
from onegoal.core.attribution.settings import CustomWeights, ModelSettings
from onegoal.metrics.journey_credits import effect_credits, model_credits
from onegoal.metrics.journey_moves import contexts, open_sets
from onegoal.metrics.journeys import JOURNEY, counts, journey_touches, numbered_conversions, open_touches

TOUCHES = {"person": "int64", "at": "int64", "sequence": "int64", "code": "int64"}
ROWS = {"person": "int64", "at": "int64", "sequence": "int64", "converted": "boolean", "value": "int64"}
ENDS = {"person": "int64", "at": "int64", "value": "int64", "lead_at": "int64", "key": "int64"}

Rows = list[tuple[int, ...]]


def table(rows: Rows, schema: dict[str, str]) -> ibis.Table:
    return ibis.memtable([dict(zip(schema, row, strict=True)) for row in rows], schema=schema)


def steps(touches: Rows, conversions: Rows, rule: JourneyRule) -> tuple[ibis.Table, ibis.Table]:
    ends = numbered_conversions(table([], ROWS), table(conversions, ENDS))  # type: ignore[arg-type]
    return journey_touches(table(touches, TOUCHES), ends, rule), ends


def rows_of(expression: ibis.Table) -> list[tuple[object, ...]]:
    found = ibis.duckdb.connect().to_pyarrow(expression)
    return sorted(tuple(row.values()) for row in found.to_pylist())


def test_touches_of_one_second_stand_in_order_of_sequence_and_then_of_name() -> None:
    found, _ = steps([(1, 5, 0, 2), (1, 5, 0, 1), (1, 5, -1, 3)], [(1, 5, 0, None, 0)], JourneyRule())
    assert rows_of(found.select("position", "code", "age")) == [(0, 3, 0), (1, 1, 0), (2, 2, 0)]


def test_the_first_of_two_conversions_at_one_moment_takes_the_touches() -> None:
    touches, ends = [(1, 3, 0, 0)], [(1, 4, 20, None, 2), (1, 4, 10, None, 1)]
    cut, conversions = steps(touches, ends, JourneyRule())
    assert rows_of(cut.select("tie", "value")) == [(0, 10)]
    assert rows_of(counts(cut, conversions)) == [(2, 30, 1, 10)]
    overlapping, _ = steps(touches, ends, JourneyRule(is_overlapping=True))
    assert rows_of(overlapping.select("tie", "value")) == [(0, 10), (1, 20)]


def test_a_touch_exactly_a_window_old_has_dropped_out() -> None:
    rule = JourneyRule(window=10)
    found, _ = steps([(1, 0, 0, 0), (1, 1, 0, 1), (1, 10, 0, 2), (1, 11, 0, 3)], [(1, 10, 5, None, 0)], rule)
    assert rows_of(found.select("code", "length")) == [(1, 2), (2, 2)]


def test_open_journeys_are_counted_by_what_they_saw_and_whether_they_may_still_convert() -> None:
    touches = table([(1, 5, 0, 0), (1, 6, 0, 1), (2, 1, 0, 1), (3, 1, 0, 0), (3, 9, 0, 0)], TOUCHES)
    ends = numbered_conversions(table([], ROWS), table([(3, 4, 0, None, 0)], ENDS))  # type: ignore[arg-type]
    left = open_touches(touches, ends)
    assert rows_of(open_sets(left, [0, 1], censored_after=5)) == [(1, True, 1), (2, False, 1), (3, True, 1)]
    seen = contexts(left, ("person",), 2, value=False)
    assert rows_of(seen.drop("is_last")) == [(1, 0, 0, 1), (1, 0, 0, 1), (2, 0, 0, 1), (2, 1, 0, 1)]


def test_weights_of_ones_own_share_a_conversion_to_the_cent() -> None:
    found, _ = steps([(1, 1, 0, 0), (1, 2, 0, 1), (1, 3, 0, 0)], [(1, 3, 10, None, 0)], JourneyRule())
    own = ModelSettings(custom=(CustomWeights("own", (2.0,), (), 1.0, (("b", 3.0),)),))
    assert rows_of(model_credits(found, ["own"], own, ("a", "b"))) == [
        (0, 0, pytest.approx(0.5), 5),
        (0, 1, pytest.approx(0.5), 5),
    ]


def test_groups_share_in_proportion_to_their_effects_and_equally_without_any() -> None:
    touches = [(1, 1, 0, 0), (1, 2, 0, 1), (1, 3, 0, 0), (2, 1, 0, 2), (2, 2, 0, 3)]
    found, _ = steps(touches, [(1, 3, 100, None, 0), (2, 2, 5, None, 1)], JourneyRule(window=DAY))
    effects = table(
        [(0, 0, 1), (0, 1, 3), (0, 2, 0), (0, 3, 0)], {"model": "int64", "code": "int64", "effect": "int64"}
    )
    assert rows_of(effect_credits(found, effects)) == [
        (0, 0, 0.25, 25),
        (0, 1, 0.75, 75),
        (0, 2, 0.5, 3),
        (0, 3, 0.5, 2),
    ]
    assert rows_of(found.select(*JOURNEY).distinct()) == [(1, 3, 0), (2, 2, 0)]
