"""Leads are given out fairly, and the same state always gives the same choice."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.distribution import Candidate, choose, why_not

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
TEAM = [Candidate(1), Candidate(2), Candidate(3)]


def give(
    team: list[Candidate], count: int, method: str, most_open: int | None = None, start: int = 0
) -> tuple[list[int], list[Candidate]]:
    """Give out leads one a minute from minute `start` on; return who got them, and the team afterwards."""
    got = []
    for minute in range(start, start + count):
        chosen = choose(team, method, most_open)
        if chosen is None:
            break
        got.append(chosen.key)
        at = NOON + dt.timedelta(minutes=minute)
        team = [
            replace(one, last_turn=at, open_leads=one.open_leads + 1) if one.key == chosen.key else one for one in team
        ]
    return got, team


def test_three_sellers_in_turn_get_leads_one_after_the_other():
    assert give(TEAM, 7, "round_robin")[0] == [1, 2, 3, 1, 2, 3, 1]


def test_who_is_away_is_passed_over_and_gets_one_lead_on_return_not_what_was_missed():
    team = [Candidate(1), Candidate(2, is_away=True), Candidate(3)]
    got, team = give(team, 6, "round_robin")
    assert Counter(got) == {1: 3, 3: 3}
    back = [replace(one, is_away=False) for one in team]
    assert [chosen.key for chosen in [choose(back, "round_robin")] if chosen] == [2]
    assert Counter(give(back, 6, "round_robin", start=6)[0]) == {1: 2, 2: 2, 3: 2}


def test_by_load_the_least_busy_gets_leads_until_all_are_equal():
    team = [Candidate(1, open_leads=5), Candidate(2, open_leads=2), Candidate(3, open_leads=4)]
    got, team = give(team, 4, "by_load")
    assert Counter(got) == {2: 3, 3: 1}
    assert {one.open_leads for one in team} == {5}


def test_nobody_gets_more_than_the_most_and_then_nobody_is_chosen():
    got, _team = give([Candidate(1, open_leads=1), Candidate(2)], 9, "round_robin", most_open=2)
    assert Counter(got) == {1: 1, 2: 2}
    assert why_not(Candidate(1, open_leads=2), 2) == "full"
    assert why_not(Candidate(1, open_leads=2, is_away=True), 2) == "away"


candidates = st.lists(
    st.builds(
        Candidate,
        key=st.integers(1, 30),
        open_leads=st.integers(0, 5),
        last_turn=st.none() | st.integers(0, 500).map(lambda minutes: NOON + dt.timedelta(minutes=minutes)),
        is_away=st.booleans(),
    ),
    unique_by=lambda one: one.key,
    max_size=8,
)


@given(candidates, st.sampled_from(["round_robin", "by_load"]), st.none() | st.integers(0, 5), st.randoms())
def test_the_choice_hangs_on_the_state_alone_and_never_falls_on_who_cannot(team, method, most_open, chance):
    chosen = choose(team, method, most_open)
    chance.shuffle(team)
    assert choose(team, method, most_open) == chosen
    able = [one for one in team if not why_not(one, most_open)]
    assert (chosen in able) if able else chosen is None


@given(st.integers(2, 6), st.integers(1, 60))
def test_turns_never_differ_by_more_than_one(sellers, leads):
    got = Counter(give([Candidate(key) for key in range(sellers)], leads, "round_robin")[0])
    assert max(got.values()) - min(got.get(key, 0) for key in range(sellers)) <= 1
