"""Intervals over random groups of people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.core.attribution import paths_by_hand
from tests.core.attribution.given import Way, journeys_of, nulls_of

from onegoal.core.attribution import bootstrap
from onegoal.core.attribution.bootstrap import intervals, losses_of, resample
from onegoal.core.attribution.journeys import BUCKETS, Journeys, NullJourneys
from onegoal.core.attribution.models import attribute
from onegoal.core.attribution.settings import MODELS, ModelSettings
from onegoal.core.attribution.steps import open_moves
from onegoal.core.problems import ValueProblem


def world(number: int, seed: int = 1, groups: str = "abc"):
    rng = np.random.default_rng(seed)
    letters = list(groups)

    def path() -> str:
        return "".join(rng.choice(letters, rng.integers(1, 6)))

    sales = [Way(path(), int(rng.integers(100, 900)), lead_days=int(rng.integers(0, 4))) for _ in range(number)]
    return journeys_of(sales, groups), nulls_of([path() for _ in range(number * 2)], groups)


@pytest.mark.parametrize("share", ["global", "per_journey"])
def test_intervals_contain_what_the_data_gives(share):
    journeys, nulls = world(2000)
    how = ModelSettings(markov_share=share)
    found, credits = intervals(journeys, nulls, MODELS, how), attribute(journeys, nulls, MODELS, how)
    for model in MODELS:
        bounds, point = found[model], credits[model]
        assert (bounds.conversions_low < point.conversions).all() and (
            point.conversions < bounds.conversions_high
        ).all()
        assert (bounds.value_low < point.value).all() and (point.value < bounds.value_high).all()


def test_more_people_make_intervals_narrower():
    def width(number: int, model: str) -> float:
        bounds = intervals(*world(number), [model])[model]
        return float((bounds.conversions_high - bounds.conversions_low).mean() / number)

    for model in ("linear", "markov", "markov_2", "shapley_rate"):
        assert width(4000, model) < 0.6 * width(500, model)


def test_intervals_are_as_wide_as_drawing_people_one_by_one():
    journeys, nulls = world(1500)
    found = intervals(journeys, nulls, ["first"], replicates=1000)["first"]
    own = np.bincount(journeys.group[journeys.starts[:-1]], minlength=3)
    assert (found.conversions_high - found.conversions_low) / (2 * 1.96 * np.sqrt(own)) == pytest.approx(1, abs=0.25)


def test_the_same_seed_gives_the_same_bytes_and_another_one_others():
    journeys, nulls = world(300)
    one, two = (intervals(journeys, nulls, MODELS, seed=7) for _ in range(2))
    for model in MODELS:
        assert one[model].conversions_low.tobytes() == two[model].conversions_low.tobytes()
        assert one[model].value_high.tobytes() == two[model].value_high.tobytes()
    other = intervals(journeys, nulls, ["markov"], seed=8)["markov"]
    assert other.conversions_low.tobytes() != one["markov"].conversions_low.tobytes()


def test_a_difference_is_known_better_than_its_parts():
    journeys, nulls = world(800)
    found = resample(journeys, nulls, ["linear", "linear_distinct"])
    apart = found.difference_of_models("linear", "linear_distinct")
    alone = found.bounds("linear")
    assert (
        apart.conversions_high - apart.conversions_low < 0.5 * (alone.conversions_high - alone.conversions_low)
    ).all()
    credits = attribute(journeys, nulls, ["linear", "linear_distinct"])
    really = credits["linear"].conversions - credits["linear_distinct"].conversions
    assert ((apart.conversions_low <= really) & (really <= apart.conversions_high)).all()
    between = found.difference_of_groups("linear", "b")
    assert between.conversions_low[1] == between.conversions_high[1] == 0
    assert between.conversions_low[0] < between.conversions_high[0]


def test_replicates_add_up_to_what_each_of_them_drew():
    journeys, nulls = world(200)
    found = resample(journeys, nulls, MODELS, replicates=20)
    totals = found.credits["first"][0].sum(axis=1)
    for conversions, value in found.credits.values():
        np.testing.assert_allclose(conversions.sum(axis=1), totals)
        np.testing.assert_allclose(value.sum(axis=1), found.credits["first"][1].sum(axis=1))


def test_working_in_small_parts_changes_nothing(monkeypatch):
    journeys, nulls = world(200)
    for share in ("global", "per_journey"):
        whole = resample(journeys, nulls, MODELS, ModelSettings(markov_share=share), replicates=20)
        with monkeypatch.context() as patched:
            patched.setattr(bootstrap, "_CELLS", 64)
            parts = resample(journeys, nulls, MODELS, ModelSettings(markov_share=share), replicates=20)
        for model in MODELS:
            np.testing.assert_allclose(parts.credits[model][0], whole.credits[model][0])
            np.testing.assert_allclose(parts.credits[model][1], whole.credits[model][1])


def test_following_the_rate_game_to_first_order_gives_nearly_the_same_interval(monkeypatch):
    journeys, nulls = world(3000)
    played = intervals(journeys, nulls, ["shapley_rate"])["shapley_rate"]
    monkeypatch.setattr(bootstrap, "_MOST_RESAMPLED_PLAYERS", 2)
    followed = intervals(journeys, nulls, ["shapley_rate"])["shapley_rate"]
    width = played.conversions_high - played.conversions_low
    assert (np.abs(followed.conversions_low - played.conversions_low) < 0.1 * width).all()
    assert (np.abs(followed.value_high - played.value_high) < 0.1 * (played.value_high - played.value_low)).all()


def test_many_groups_have_intervals_too():
    groups = "".join(chr(200 + i) for i in range(70))
    journeys = journeys_of([Way("".join(groups[i % 70] for i in range(n, n + 3)), 10) for n in range(200)], groups)
    models = [model for model in MODELS if model != "shapley_rate"]
    found = intervals(journeys, NullJourneys(), models, ModelSettings(markov_share="per_journey"), replicates=20)
    credits = attribute(journeys, NullJourneys(), models, ModelSettings(markov_share="per_journey"))
    for model in models:
        inside = (found[model].conversions_low <= credits[model].conversions) & (
            credits[model].conversions <= found[model].conversions_high
        )
        assert inside.mean() > 0.8, model


def test_open_journeys_without_groups_of_people_are_refused():
    starts, bucket = np.arange(500), np.zeros(500, np.int16)
    moves = open_moves(starts, np.zeros(500, np.int32), bucket, 3, 1)
    with pytest.raises(ValueProblem, match="no_buckets"):
        intervals(journeys_of([Way("a")]), NullJourneys(paths=500, moves={1: moves}), ["markov"])


def test_nothing_has_the_interval_nothing():
    found = intervals(journeys_of([]), NullJourneys(), MODELS, replicates=10)
    assert all(not bounds.conversions_high.any() and not bounds.value_low.any() for bounds in found.values())


def spread(found: Journeys) -> Journeys:
    """The same journeys with each person in a random group of its own."""
    return replace(found, bucket=(np.arange(len(found.value)) % BUCKETS).astype(np.int16))


def test_the_loss_lies_around_the_removal_effect() -> None:
    found, lost = spread(paths_by_hand.journeys(*["ab"] * 40, *["b"] * 20)), paths_by_hand.nulls("ab", "a", "b")
    effects = attribute(found, lost, ("markov",))["markov"].removal_effects
    assert effects is not None
    bounds = losses_of(found, lost)
    for group in (0, 1):
        assert bounds.conversions_low[group] < effects[group] * 60 < bounds.conversions_high[group]
        assert bounds.value_low[group] < effects[group] * 6000 < bounds.value_high[group]
    assert (bounds.conversions_low[2], bounds.conversions_high[2]) == (0, 0)


def test_the_same_seed_gives_the_same_bounds() -> None:
    found, lost = spread(paths_by_hand.journeys("ab", "b", "ab", "cb")), paths_by_hand.nulls("ab", "c")
    assert losses_of(found, lost).conversions_high.tolist() == losses_of(found, lost).conversions_high.tolist()
    assert losses_of(found, lost).conversions_high.tolist() != losses_of(found, lost, seed=2).conversions_high.tolist()
