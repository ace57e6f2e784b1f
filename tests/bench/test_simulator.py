"""The simulated company: what is not caused is not counted, and what is counted adds up."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from bench.simulator import (
    COMPANY,
    DAYS,
    WORLDS,
    Channel,
    Lives,
    bought_at,
    caused_by_all,
    draw_lives,
    journeys_of,
    share_error,
    truth_of,
)

from onegoal.core.attribution.models import attribute

PEOPLE = 4_000


def life(channels, *, contacts, base_at=(np.inf,)):
    """One or more people with contacts (person, channel, day, luck, delay)."""
    person, channel, at, luck, delay = (np.array(column) for column in zip(*contacts, strict=True))
    nobody = np.ones((len(base_at), len(channels)))
    return Lives(tuple(channels), np.array(base_at, float), person, channel, at, luck, delay, nobody, nobody)


def test_channels_without_effect_caused_exactly_nothing():
    idle = tuple(dataclasses.replace(channel, lift=0.0, assist=0.0) for channel in COMPANY)
    lives = draw_lives(idle, people=PEOPLE, seed=3)
    assert np.isfinite(bought_at(lives)).sum() > 0
    assert truth_of(lives).tolist() == [0.0] * len(idle)
    assert caused_by_all(lives) == 0


@pytest.mark.parametrize("world", WORLDS)
def test_harvesting_and_idle_channels_caused_exactly_nothing_whatever_others_do(world):
    channels = WORLDS[world]
    truth = truth_of(draw_lives(channels, people=PEOPLE, seed=4))
    assert all(truth[n] == 0 for n, c in enumerate(channels) if not c.lift and not c.assist)
    assert truth.sum() > 0


def test_an_assisting_channel_causes_nothing_alone_and_something_before_a_working_one():
    channels = (Channel("social", rate=1, assist=1.0), Channel("search", rate=1, lift=0.5))
    alone = life(channels, contacts=[(0, 0, 1.0, 0.0, 1.0)])
    assert truth_of(alone).tolist() == [0, 0]
    together = life(channels, contacts=[(0, 0, 1.0, 0.0, 1.0), (0, 1, 2.0, 0.9, 1.0)])
    assert truth_of(together).tolist() == [1, 1]
    assert caused_by_all(together) == 1
    too_late = life(channels, contacts=[(0, 0, 3.0, 0.0, 1.0), (0, 1, 2.0, 0.9, 1.0)])
    assert truth_of(too_late).tolist() == [0, 0]


def test_a_purchase_that_was_coming_anyway_is_not_caused_only_moved():
    channels = (Channel("search", rate=1, lift=0.5),)
    lives = life(channels, contacts=[(0, 0, 2.0, 0.1, 1.0)], base_at=(50.0,))
    assert bought_at(lives).tolist() == [3.0]
    assert bought_at(lives, without=frozenset([0])).tolist() == [50.0]
    assert truth_of(lives).tolist() == [0]


def test_without_any_channel_only_the_purchases_nobody_caused_are_left():
    lives = draw_lives(COMPANY, people=PEOPLE, seed=5)
    left = bought_at(lives, without=frozenset(range(len(COMPANY))))
    assert left.tolist() == np.where(lives.base_at < DAYS, lives.base_at, np.inf).tolist()


def test_a_seed_lives_the_same_lives_again():
    one, two = (draw_lives(COMPANY, people=500, seed=6) for _ in range(2))
    assert bought_at(one).tolist() == bought_at(two).tolist()
    assert truth_of(one).tolist() == truth_of(two).tolist()
    assert bought_at(one).tolist() != bought_at(draw_lives(COMPANY, people=500, seed=7)).tolist()


def test_targeting_does_not_change_how_many_contacts_a_channel_makes():
    lives = draw_lives((Channel("retargeting", rate=2.0, targeting=1.0),), people=40_000, seed=8)
    assert len(lives.person) / 40_000 == pytest.approx(2.0, rel=0.05)


def test_every_purchase_is_a_journey_and_every_model_shares_out_those_with_touches():
    lives = draw_lives(COMPANY, people=PEOPLE, seed=9)
    journeys, nulls = journeys_of(lives)
    assert len(journeys.value) == np.isfinite(bought_at(lives)).sum()
    touched = int((journeys.lengths > 0).sum())
    for credits in attribute(journeys, nulls, ("last", "linear", "markov", "shapley")).values():
        assert credits.conversions.sum() == pytest.approx(touched, abs=1e-9)


def test_the_error_is_0_for_the_truth_in_any_size_and_1_for_credit_that_is_all_wrong():
    truth = np.array([1.0, 3.0, 0.0])
    assert share_error(truth * 7, truth) == 0
    assert share_error(np.array([0.0, 0.0, 5.0]), truth) == 1
