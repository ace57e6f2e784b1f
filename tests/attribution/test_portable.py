"""What engines find by expressions is what the plain reference finds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.attribution import reference
from tests.attribution.given import DAY, conversions, converting_touches, source_of, touches
from tests.attribution.reference import Conversion, Cut, Touch

from onegoal.attribution.packed import Wanted, read_journeys
from onegoal.attribution.portable import Found, read_credits
from onegoal.core.attribution.journeys import JourneyRule
from onegoal.core.attribution.models import attribute
from onegoal.core.attribution.settings import MARKOV_ORDERS, MODELS, ModelSettings

RULES = st.builds(JourneyRule, st.sampled_from((DAY, 5 * DAY, 30 * DAY)), st.booleans())
QUICK = settings(max_examples=12, deadline=None)  # each run draws others


def check(found: Found, expected: Cut) -> None:
    """Hold every figure of the portable route against the reference."""
    assert found.conversions == len(expected.journeys)
    assert found.value == sum(journey.conversion.value for journey in expected.journeys)
    assert found.attributed_conversions == len(expected.attributed)
    assert found.attributed_value == sum(journey.conversion.value for journey in expected.attributed)
    assert found.nulls.paths + found.nulls.censored == len(expected.open_paths)
    assert found.nulls.censored == expected.censored
    for model in reference.HEURISTICS:
        counted, valued = reference.credits_of(model, expected.attributed)
        credit = found.credits[model]
        for place, group in enumerate(found.groups):
            assert credit.conversions[place] == pytest.approx(counted.get(group, 0.0), abs=1e-9), (model, group)
            assert credit.value[place] == valued.get(group, 0), (model, group)
    for model, order in MARKOV_ORDERS.items():
        effects, worth = reference.removal_effects(expected, order, found.groups)
        credit = found.credits[model]
        assert list(credit.removal_effects) == pytest.approx([effects[name] for name in found.groups], abs=1e-9)
        if sum(journey.conversion.value for journey in expected.attributed) > 0 and min(worth.values()) >= 0:
            assert list(credit.value_removal_effects) == pytest.approx([worth[name] for name in found.groups], abs=1e-9)
    rate = reference.shapley_rate(expected, found.groups)
    assert list(found.credits["shapley_rate"].conversions) == pytest.approx([rate[name] for name in found.groups])
    for credit in found.credits.values():
        assert credit.conversions.sum() == pytest.approx(found.attributed_conversions, abs=1e-9)
        assert credit.value.sum() == found.attributed_value


@QUICK
@given(touches, conversions, RULES)
def test_duckdb_finds_what_the_reference_finds(rows: list[Touch], ends: list[Conversion], rule: JourneyRule) -> None:
    found = read_credits(source_of(rows, ends), rule, MODELS, ModelSettings())
    check(found, reference.cut(rows, ends, window=rule.window, is_overlapping=rule.is_overlapping))


@QUICK
@given(converting_touches, RULES)
def test_touches_that_convert_are_touches_and_conversions(rows: list[Touch], rule: JourneyRule) -> None:
    found = read_credits(source_of(rows), rule, MODELS, ModelSettings())
    check(found, reference.cut(rows, window=rule.window, is_overlapping=rule.is_overlapping))


@QUICK
@given(converting_touches, RULES)
def test_the_fast_route_finds_the_same(rows: list[Touch], rule: JourneyRule) -> None:
    journeys, nulls = read_journeys(source_of(rows), rule, Wanted(tuple(MARKOV_ORDERS.values()), coalitions=True))
    fast, found = attribute(journeys, nulls, MODELS), read_credits(source_of(rows), rule, MODELS, ModelSettings())
    assert (found.nulls.paths, found.nulls.censored) == (nulls.paths, nulls.censored)
    for model in MODELS:
        assert list(found.credits[model].conversions) == pytest.approx(list(fast[model].conversions), abs=1e-9)
        assert list(found.credits[model].value) == list(fast[model].value)
