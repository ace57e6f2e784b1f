"""Credits of a few paths beside what other packages said of them, recorded once."""

from __future__ import annotations

import pytest
from tests.core.attribution.given import Way, journeys_of, nulls_of

from onegoal.core.attribution.models import attribute

# d direct, e email, s search, o social: (path, conversions, value in all, open journeys)
PATHS = (
    ("soe", 4, 200, 6), ("e", 3, 90, 5), ("osse", 2, 75, 1), ("seo", 1, 40, 7), ("do", 0, 0, 9), ("s", 2, 55, 4),
    ("ed", 1, 10, 2),
)  # fmt: skip
GROUPS = "deso"
# ChannelAttribution 2.2.5, heuristic_models; marketing-attribution-models 2.1.1 says the same of conversions.
CONVERSIONS = {
    "first": {"d": 0, "e": 4, "s": 7, "o": 2},
    "last": {"d": 1, "e": 9, "s": 2, "o": 1},
    "linear": {"d": 0.5, "e": 5.666666666666666, "s": 4.666666666666666, "o": 2.1666666666666665},
}
VALUE = {
    "first": {"d": 0, "e": 100, "s": 295, "o": 75},
    "last": {"d": 10, "e": 365, "s": 55, "o": 40},
    "linear": {"d": 5, "e": 193.75, "s": 172.5, "o": 98.75},
}
# marketing-attribution-models 2.1.1, run_markov on the same paths by frequency.
EFFECTS = {"d": 0.19313713443106417, "e": 0.7448964497041419, "s": 0.5494729760035881, "o": 0.3435496794871794}


@pytest.fixture(scope="module")
def credits():
    ways = [Way(path, value, conversions) for path, conversions, value, _ in PATHS if conversions]
    open_paths = [path for path, _, _, nulls in PATHS for _ in range(nulls)]
    return attribute(journeys_of(ways, GROUPS), nulls_of(open_paths, GROUPS), (*CONVERSIONS, "markov"))


@pytest.mark.parametrize("model", CONVERSIONS)
def test_heuristics_share_conversions_as_channelattribution_and_mam_do(credits, model):
    found = dict(zip(GROUPS, credits[model].conversions, strict=True))
    assert found == pytest.approx(CONVERSIONS[model], abs=1e-12)


@pytest.mark.parametrize("model", VALUE)
def test_heuristics_share_money_as_channelattribution_does_but_in_whole_units(credits, model):
    found = dict(zip(GROUPS, credits[model].value.tolist(), strict=True))
    assert found == pytest.approx(VALUE[model], abs=0 if model != "linear" else len(PATHS))
    assert sum(found.values()) == sum(VALUE[model].values())


def test_removal_effects_are_those_of_mam(credits):
    assert dict(zip(GROUPS, credits["markov"].removal_effects, strict=True)) == pytest.approx(EFFECTS, abs=1e-12)
