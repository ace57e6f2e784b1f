"""Handicap, minimum, members and ties; the worked example of docs/algorithms/contests.md."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.contests import (
    Entrant,
    Rules,
    decided,
    from_millionths,
    standing_of,
    to_millionths,
    winners,
)


def told(results: list[object]) -> list[tuple[object, object, object]]:
    return [(one.key, one.points, one.place) for one in results]  # type: ignore[attr-defined]


def test_the_worked_example_of_the_page() -> None:
    entrants = [
        Entrant("Nora", Fraction(8)),
        Entrant("Nick", Fraction(5), handicap_bp=16_000),
        Entrant("Sam", Fraction(4), handicap_bp=25_000),
        Entrant("Vera", Fraction(6)),
    ]
    results = standing_of(entrants, Rules(minimum=Fraction(5)))
    assert told(results) == [
        ("Nora", Fraction(8), 1), ("Nick", Fraction(8), 1), ("Vera", Fraction(6), 3), ("Sam", Fraction(10), None),
    ]  # fmt: skip
    assert [one.is_short for one in results] == [False, False, False, True]
    assert winners(results, [1, 2, 3]) == {1: ["Nora", "Nick"], 2: [], 3: ["Vera"]}


def test_counted_for_each_member_a_small_team_competes_fairly() -> None:
    teams = [Entrant("north", Fraction(10), members=5), Entrant("south", Fraction(9), members=3)]
    assert told(standing_of(teams, Rules(per_person=True))) == [("south", Fraction(3), 1), ("north", Fraction(2), 2)]
    assert told(standing_of(teams, Rules()))[0][0] == "north"


def test_a_team_without_members_and_a_rate_of_nothing_have_no_place() -> None:
    teams = [Entrant("empty", Fraction(3), members=0), Entrant("north", Fraction(1)), Entrant("unknown", None)]
    assert told(standing_of(teams, Rules(per_person=True))) == [
        ("north", Fraction(1), 1), ("empty", None, None), ("unknown", None, None),
    ]  # fmt: skip


def test_where_less_is_better_the_minimum_is_the_most_one_may_have() -> None:
    entrants = [Entrant("slow", Fraction(30)), Entrant("quick", Fraction(10)), Entrant("middling", Fraction(20))]
    results = standing_of(entrants, Rules(minimum=Fraction(25), less_is_better=True))
    assert [(one.key, one.place) for one in results] == [("quick", 1), ("middling", 2), ("slow", None)]


@given(
    st.lists(
        st.tuples(st.integers(0, 1_000), st.integers(1, 9), st.integers(1, 30_000)), min_size=1, max_size=12
    ),
    st.booleans(),
)  # fmt: skip
def test_the_settled_result_is_the_standing_of_the_last_day(rows: list[tuple[int, int, int]], per_person: bool) -> None:
    """What is kept, in millionths, gives the same places for ever: a third of a contract changes nothing."""
    rules = Rules(per_person=per_person, minimum=Fraction(2))
    entrants = [Entrant(at, Fraction(value), members, bp) for at, (value, members, bp) in enumerate(rows)]
    live = standing_of(entrants, rules)
    kept = {one.key: (from_millionths(to_millionths(one.value or Fraction(0))), rows[one.key][2]) for one in live}
    assert {one.key: one for one in decided(kept, rules)} == {one.key: one for one in live}
