"""The draw of calls is fair over hours, lengths and rejected leads, and the same when it is repeated."""

from __future__ import annotations

import random
from collections import Counter

from scipy.stats import chisquare

from onegoal.core.review_draw import Candidate, draw_calls, stratum_of

KINDS = [
    stratum_of(hour, talk, rejected) for hour in (9, 13, 16, 19) for talk in (60, 400) for rejected in (True, False)
]
SHARES = [3 if kind[2] else 10 for kind in KINDS]


def simulate(days: int, calls_a_day: int, wanted: int = 2):
    """Return how often each kind was seen and drawn, and which place of the day's list was drawn."""
    chance, seen, drawn, places = random.Random(3), [], [], Counter()
    for day in range(days):
        today = [Candidate(n, kind) for n, kind in enumerate(chance.choices(KINDS, SHARES, k=calls_a_day))]
        taken = draw_calls(today, wanted, seen=seen, drawn=drawn, seed=("seller", day))
        seen += [one.stratum for one in today]
        drawn += [one.stratum for one in taken]
        places.update(one.key for one in taken)
    return Counter(seen), Counter(drawn), places


def test_over_time_every_kind_is_drawn_by_its_share():
    seen, drawn, _places = simulate(days=400, calls_a_day=12)
    total = sum(seen.values())
    expected = [seen[kind] / total * sum(drawn.values()) for kind in KINDS]
    assert set(drawn) == set(KINDS)
    assert chisquare([drawn[kind] for kind in KINDS], expected).pvalue > 0.5


def test_every_place_of_the_day_is_drawn_equally_often():
    _seen, _drawn, places = simulate(days=1_000, calls_a_day=12)
    assert chisquare([places[n] for n in range(12)]).pvalue > 0.01


def test_rare_kinds_come_soon():
    common, rare = stratum_of(10, 60, False), stratum_of(19, 60, True)
    seen = [common] * 40
    taken = draw_calls(
        [Candidate(n, common) for n in range(20)] + [Candidate(99, rare)], 2, seen=seen, drawn=seen[:4], seed=1
    )
    assert 99 in {one.key for one in taken}


def test_a_seller_with_fewer_calls_gives_what_there_is_and_no_call_twice():
    calls = [Candidate(n, KINDS[0]) for n in range(3)]
    assert {one.key for one in draw_calls(calls, 5, seed=1)} == {0, 1, 2}
    assert draw_calls([], 2, seed=1) == []


def test_the_same_seed_gives_the_same_draw_in_any_order_of_calls():
    calls = [Candidate(n, KINDS[n % 5]) for n in range(30)]
    again = draw_calls(list(reversed(calls)), 4, seed=("2026-03-02", 7))
    assert draw_calls(calls, 4, seed=("2026-03-02", 7)) == again
    assert draw_calls(calls, 4, seed=("2026-03-03", 7)) != again


def test_the_kind_of_a_call_is_its_hour_length_and_the_fate_of_its_lead():
    assert stratum_of(11, 119, False) == ("morning", "short", False)
    assert stratum_of(12, 120, True) == ("midday", "middle", True)
    assert stratum_of(17, 300, True) == ("afternoon", "long", True)
    assert stratum_of(23, 31, False) == ("evening", "short", False)
