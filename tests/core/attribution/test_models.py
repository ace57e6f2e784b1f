"""Credits of every model: they add up, and the small cases come out as worked by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.attribution.given import Way, journeys_of, null_paths, nulls_of, ways

from onegoal.core.attribution import weights
from onegoal.core.attribution.journeys import DAY, NullJourneys
from onegoal.core.attribution.models import BY_CONVERSIONS, GLOBAL, PER_JOURNEY, attribute
from onegoal.core.attribution.settings import MODELS, CustomWeights, ModelSettings
from onegoal.core.problems import ValueProblem

OWN = CustomWeights("own", first=(3, 1), last=(2,), groups=(("b", 0.5), ("c", 0)))
EVERY = (*MODELS, "own")


def credit(model: str, *given_ways: Way, groups: str = "abc", nulls: tuple[str, ...] = (), **how) -> list[float]:
    found = attribute(journeys_of(given_ways, groups), nulls_of(nulls, groups), [model], ModelSettings(**how))
    return [round(float(part), 6) for part in found[model].conversions]


def money(model: str, *given_ways: Way, nulls: tuple[str, ...] = (), **how) -> list[int]:
    return attribute(journeys_of(given_ways), nulls_of(nulls), [model], ModelSettings(**how))[model].value.tolist()


@settings(max_examples=150, deadline=None)
@given(ways, null_paths, st.sampled_from(["global", "per_journey"]))
def test_every_model_adds_up_to_what_was_attributed(given_ways, nulls, share):
    how = ModelSettings(markov_share=share, custom=(OWN,))
    found = attribute(journeys_of(given_ways), nulls_of(nulls), EVERY, how)
    touched = [way for way in given_ways if way.path]
    for model in EVERY:
        assert abs(found[model].conversions.sum() - sum(way.conversions for way in touched)) < 1e-9, model
        assert sum(found[model].value.tolist()) == sum(way.value for way in touched), model


@settings(max_examples=60, deadline=None)
@given(ways, null_paths, st.randoms(use_true_random=False))
def test_the_order_of_journeys_changes_nothing(given_ways, nulls, random):
    shuffled = random.sample(given_ways, len(given_ways))
    how = ModelSettings(custom=(OWN,))
    one = attribute(journeys_of(given_ways), nulls_of(nulls), EVERY, how)
    other = attribute(journeys_of(shuffled), nulls_of(nulls[::-1]), EVERY, how)
    for model in EVERY:
        np.testing.assert_allclose(one[model].conversions, other[model].conversions, atol=1e-9)
    for model in ("first", "linear", "time_decay", "position", "w_shaped", "own", "shapley"):
        assert one[model].value.tolist() == other[model].value.tolist()


@settings(max_examples=60, deadline=None)
@given(ways, null_paths, st.sampled_from(["global", "per_journey"]), st.integers(1, 9))
def test_journeys_worked_on_in_blocks_give_the_same(given_ways, nulls, share, block):
    how = ModelSettings(custom=(OWN,), markov_share=share)
    whole = attribute(journeys_of(given_ways), nulls_of(nulls), EVERY, how)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(weights, "_BLOCK", block)
        parts = attribute(journeys_of(given_ways), nulls_of(nulls), EVERY, how)
    for model in EVERY:
        np.testing.assert_allclose(parts[model].conversions, whole[model].conversions, atol=1e-12)
        assert parts[model].value.tolist() == whole[model].value.tolist(), model


def test_first_and_last_touch_take_all():
    sale = Way("abc", 900)
    assert money("first", sale, Way("b", 50)) == [900, 50, 0]
    assert money("last", sale, Way("b", 50)) == [0, 50, 900]


def test_direct_is_skipped_unless_there_is_nothing_else():
    how = {"direct": frozenset({"C"})}
    assert credit("last_non_direct", Way("abcc"), Way("cc"), **how) == [0, 1, 1]
    assert credit("last_non_direct", Way("abcc"), Way("cc")) == [0, 0, 2]


def test_linear_counts_touches_and_linear_distinct_counts_groups():
    assert credit("linear", Way("aaab")) == [0.75, 0.25, 0]
    assert credit("linear_distinct", Way("aaab")) == [0.5, 0.5, 0]
    assert money("linear", Way("aaab", 10)) == [8, 2, 0]
    assert money("linear_distinct", Way("bbac", 100)) == [33, 34, 33]


def test_the_weight_of_a_touch_halves_with_each_half_life_before_the_conversion():
    assert credit("time_decay", Way("abc", days=(14, 7, 0))) == [round(1 / 7, 6), round(2 / 7, 6), round(4 / 7, 6)]
    assert credit("time_decay", Way("ab", days=(15, 8))) == [round(1 / 3, 6), round(2 / 3, 6), 0]
    assert credit("time_decay", Way("ab", days=(30, 29)), half_life=1) == [0, 1, 0]


def test_the_ends_share_in_proportion_where_there_is_no_middle():
    assert credit("position", Way("a")) == [1, 0, 0]
    assert credit("position", Way("ab")) == [0.5, 0.5, 0]
    assert credit("position", Way("abbc")) == [0.4, 0.2, 0.4]
    assert credit("position", Way("ab"), position=(0.2, 0.6)) == [0.25, 0.75, 0]
    assert credit("position", Way("abc"), position=(0.5, 0.5)) == [0.5, 0, 0.5]
    assert credit("position", Way("ab"), position=(0, 0)) == [0.5, 0.5, 0]


def test_the_touch_before_the_lead_has_a_share_of_its_own():
    lead = Way("abcb", lead_days=1)
    assert credit("w_shaped", lead) == [0.3, 0.4, 0.3]
    assert credit("w_shaped", Way("abcb", lead_days=3)) == [0.6, 0.35, 0.05]
    assert credit("w_shaped", Way("abcb", lead_days=9)) == [0.6, 0.35, 0.05]
    assert credit("w_shaped", Way("ab", lead_days=0)) == [round(1 / 3, 6), round(2 / 3, 6), 0]
    assert credit("w_shaped", Way("abcb")) == credit("position", Way("abcb"))


def test_own_weights_count_by_place_and_group():
    how = {"custom": (OWN,)}
    assert credit("own", Way("abca"), **how) == [round(5 / 5.5, 6), round(0.5 / 5.5, 6), 0]
    assert credit("own", Way("aba"), **how) == [round(5 / 5.5, 6), round(0.5 / 5.5, 6), 0]
    assert credit("own", Way("cc"), **how) == [0, 0, 1]
    assert credit("own", Way("a"), **how) == [1, 0, 0]


def test_conversions_without_a_touch_take_no_part():
    for model in MODELS:
        assert credit(model, Way("", 500), Way("a", 10)) == [1, 0, 0]
        assert money(model, Way("", 500), Way("a", 10)) == [10, 0, 0]


def test_nothing_gives_nothing():
    for model, found in attribute(journeys_of([]), NullJourneys(), MODELS).items():
        assert not found.conversions.any() and not found.value.any(), model
    empty = attribute(journeys_of([], ""), NullJourneys(), MODELS)
    assert {len(found.value) for found in empty.values()} == {0}


def test_markov_names_how_effects_became_credits():
    sales = (Way("ab", 100), Way("b", 300), Way("cb", 200))
    assert attribute(journeys_of(sales), nulls_of(["a"]), ["markov"])["markov"].normalisation == GLOBAL
    one = attribute(journeys_of(sales), nulls_of(["a"]), ["markov"], ModelSettings(markov_share="per_journey"))[
        "markov"
    ]
    assert one.normalisation == PER_JOURNEY
    effect = one.removal_effects
    by_hand = effect[0] / (effect[0] + effect[1])
    assert one.conversions[0] == pytest.approx(by_hand)
    assert one.value[0] == round(100 * by_hand)


def test_money_that_went_back_is_shared_by_the_effects_on_conversions():
    found = attribute(journeys_of([Way("ab", -100), Way("b", 40)]), nulls_of(["a"]), ["markov"])["markov"]
    assert found.normalisation == BY_CONVERSIONS
    assert found.value.sum() == -60


def test_more_groups_than_can_play_are_folded_and_say_so():
    groups = "abcdefghijklmnopqrstuvwxyz"
    sales = [Way(a + b, 100) for a, b in itertools.pairwise(groups)] + [Way("ab")] * 3
    found = attribute(journeys_of(sales, groups), nulls_of(["z", "az"], groups), ["shapley_rate"])["shapley_rate"]
    assert len(found.folded) == 7
    assert found.conversions.sum() == pytest.approx(len(sales))
    assert found.value.sum() == 2500


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"half_life": 0}, "bad_half_life"),
        ({"position": (0.7, 0.4)}, "bad_weight"),
        ({"w_shape": (0.3, float("nan"), 0.3)}, "bad_weight"),
        ({"markov_share": "none"}, "bad_markov_share"),
    ],
)
def test_settings_without_sense_are_refused(how, code):
    with pytest.raises(ValueProblem, match=code):
        ModelSettings(**how)


def test_what_is_missing_is_named():
    with pytest.raises(ValueProblem, match="unknown_model"):
        attribute(journeys_of([Way("a")]), NullJourneys(), ["best"])
    with pytest.raises(ValueProblem, match="no_moves"):
        attribute(journeys_of([Way("a")]), NullJourneys(paths=3), ["markov"])
    with pytest.raises(ValueProblem, match="no_coalitions"):
        attribute(journeys_of([Way("a")]), NullJourneys(censored=1), ["shapley_rate"])
    with pytest.raises(ValueProblem, match="bad_model_name"):
        CustomWeights("markov")


def test_a_half_life_longer_than_any_journey_comes_close_to_linear():
    sales = (Way("abc"), Way("ab"))
    assert credit("time_decay", *sales, half_life=10**9 * DAY) == credit("linear", *sales)
