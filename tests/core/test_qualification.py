"""The verdict on a lead is what trying every value of what is not known would give; contradictions are found and named."""

from __future__ import annotations

import datetime as dt
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onegoal.core.criteria import OPERATORS, PRESENCE, Criterion, Field, Kind, Operator, check_of, value_of
from onegoal.core.qualification import Judge, Regulation, Result, contradictions, judge, judge_many

BUDGET = Field("budget", Kind.NUMBER)
CALLS = Field("calls", Kind.COUNT)
REGION = Field("region", Kind.CHOICE, ("north", "south", "west"))
CITY = Field("city", Kind.TEXT)
PHONE = Field("phone", Kind.FLAG)
VISIT = Field("visit", Kind.DAY)
# Small worlds: every value a field of the property tests can have, and more than the criteria name.
WORLDS: dict[Field, list[Any]] = {
    BUDGET: [-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 9.0],
    CALLS: [0, 1, 2, 3, 4],
    REGION: ["north", "south", "west"],
    CITY: ["sibiu", "cluj", "cluj and sibiu", "arad"],
    PHONE: [True, False],
    VISIT: [dt.date(2026, 1, day) for day in range(1, 7)],
}
NAMED: dict[Field, list[Any]] = {
    BUDGET: [1, 2], CALLS: [1, 2, 3], REGION: ["north", "south"], CITY: ["cluj", "sibiu"], PHONE: [True, False],
    VISIT: ["2026-01-02", "2026-01-03", "2026-01-05"],
}  # fmt: skip


@st.composite
def criteria(draw: st.DrawFn, number: str = "") -> Criterion:
    field = draw(st.sampled_from(list(WORLDS)))
    operator = draw(st.sampled_from(OPERATORS[field.kind]))
    value: Any = draw(st.sampled_from(NAMED[field]))
    if operator in PRESENCE:
        value = None
    elif operator is Operator.BETWEEN:
        value = sorted([value, draw(st.sampled_from(NAMED[field]))])
    elif operator in (Operator.ONE_OF, Operator.NONE_OF):
        value = draw(st.lists(st.sampled_from(NAMED[field]), min_size=1, max_size=2, unique=True))
    weight = draw(st.integers(0, 3))
    return Criterion(number, field, operator, value, weight, draw(st.booleans()))


@st.composite
def regulations(draw: st.DrawFn) -> Regulation:
    drawn = [draw(criteria(f"1.{number}")) for number in range(draw(st.integers(1, 5)))]
    return Regulation(tuple(drawn), draw(st.integers(0, 6)))


@st.composite
def facts(draw: st.DrawFn) -> dict[str, Any]:
    return {field.key: draw(st.none() | st.sampled_from(world)) for field, world in WORLDS.items()}


def qualifies(regulation: Regulation, known: dict[str, Any], now: dict[str, Any]) -> bool:
    """The rule itself for one completion: every required criterion holds and the points are reached.

    Whether a value is there is asked of what stands now.
    """
    points = 0
    for one in regulation.criteria:
        value = value_of(one.field.kind, (now if one.operator in PRESENCE else known)[one.field.key])
        holds = check_of(one)(value) is True
        if one.is_required and not holds:
            return False
        points += one.weight if holds else 0
    return points >= regulation.threshold


def brute_force(regulation: Regulation, now: dict[str, Any]) -> Result:
    asked = {one.field for one in regulation.criteria}
    worlds = [WORLDS[f] if now[f.key] is None and f in asked else [now[f.key]] for f in WORLDS]
    keys = [field.key for field in WORLDS]
    results = {qualifies(regulation, dict(zip(keys, values, strict=True)), now) for values in product(*worlds)}
    return Result.UNKNOWN if len(results) == 2 else Result.QUALIFIES if results.pop() else Result.FAILS


@settings(max_examples=300, deadline=None)
@given(regulations(), facts())
def test_a_verdict_is_what_every_completion_says(regulation: Regulation, now: dict[str, Any]) -> None:
    assert judge(regulation, now).result is brute_force(regulation, now)


@settings(max_examples=100, deadline=None)
@given(regulations(), st.lists(facts(), min_size=1, max_size=8))
def test_many_leads_are_judged_as_each_alone(regulation: Regulation, leads: list[dict[str, Any]]) -> None:
    columns = {field.key: [lead[field.key] for lead in leads] for field in WORLDS}
    many = judge_many(regulation, columns, len(leads))
    marks = {True: 1, None: 0, False: -1}
    results = {Result.QUALIFIES: 1, Result.UNKNOWN: 0, Result.FAILS: -1}
    for place, lead in enumerate(leads):
        alone = Judge(regulation).judge(lead)
        assert many.results[place] == results[alone.result]
        assert many.points[place] == alone.points
        assert many.holds[:, place].tolist() == [marks[said.holds] for said in alone.clauses]


@settings(max_examples=200, deadline=None)
@given(regulations())
def test_what_is_signed_can_be_met_and_what_is_refused_cannot(regulation: Regulation) -> None:
    """Where nothing is found some lead qualifies and each clause can hold; what is found is true."""
    fields = list({one.field for one in regulation.criteria})
    worlds = [[*WORLDS[field], *([] if field.kind is Kind.COUNT else [None])] for field in fields]
    leads = [{f.key: v for f, v in zip(fields, values, strict=True)} for values in product(*worlds)]
    held = [
        [check_of(c)(value_of(c.field.kind, lead[c.field.key])) is True for c in regulation.criteria] for lead in leads
    ]
    met = [
        all(h or not c.is_required for h, c in zip(row, regulation.criteria, strict=True))
        and sum(c.weight for h, c in zip(row, regulation.criteria, strict=True) if h) >= regulation.threshold
        for row in held
    ]
    numbers = [c.number for c in regulation.criteria]
    flaws = contradictions(regulation.criteria, regulation.threshold)
    if not flaws:
        assert any(met)
        assert all(any(row[at] for row in held) for at in range(len(numbers)))
    for flaw in flaws:
        together = [numbers.index(number) for number in flaw.numbers]
        if flaw.code == "threshold":
            assert not any(met)
        else:
            assert not any(all(row[at] for at in together) for row in held)


def clause(
    number: str, field: Field, operator: str, value: Any = None, weight: int = 0, required: bool = True
) -> Criterion:
    return Criterion(number, field, Operator(operator), value, weight, required)


def found(*drawn: Criterion, threshold: int = 0) -> list[tuple[str, tuple[str, ...]]]:
    return [(flaw.code, flaw.numbers) for flaw in contradictions(drawn, threshold)]


@pytest.mark.parametrize(
    ("criterion", "code"),
    [
        (clause("1.1", BUDGET, "between", [5, 3]), "reversed"),
        (clause("1.1", REGION, "one_of", []), "no_value"),
        (clause("1.1", REGION, "is", "east"), "not_in_list"),
        (clause("1.1", BUDGET, "at_least", "much"), "wrong_kind"),
        (clause("1.1", BUDGET, "at_least", True), "wrong_kind"),
        (clause("1.1", BUDGET, "at_least", [1]), "wrong_kind"),
        (clause("1.1", VISIT, "before", "soon"), "wrong_kind"),
        (clause("1.1", CALLS, "at_least", -1), "wrong_kind"),
        (clause("1.1", PHONE, "contains", "a"), "unfit_operator"),
        (clause("1.1", BUDGET, "at_least", None), "no_value"),
        (clause("1.1", REGION, "none_of", ["north", "south", "west"]), "never"),
    ],
)
def test_a_criterion_that_can_never_hold_is_named(criterion: Criterion, code: str) -> None:
    assert found(criterion) == [(code, ("1.1",))]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (clause("1.1", BUDGET, "at_least", 60_000), clause("1.2", BUDGET, "at_most", 50_000)),
        (clause("1.1", VISIT, "before", "2026-01-02"), clause("1.2", VISIT, "after", "2026-01-01")),
        (clause("1.1", REGION, "one_of", ["north"]), clause("1.2", REGION, "none_of", ["north"])),
        (clause("1.1", CITY, "is", "Cluj"), clause("1.2", CITY, "contains", "sib")),
        (clause("1.1", CITY, "is_filled"), clause("1.2", CITY, "is_empty")),
        (clause("1.1", CITY, "is_empty"), clause("1.2", CITY, "is", "Cluj")),
        (clause("1.1", PHONE, "is", True), clause("1.2", PHONE, "is", False)),
        (clause("1.1", CALLS, "between", [2, 3]), clause("1.2", CALLS, "at_most", 1)),
    ],
)
def test_two_required_criteria_that_exclude_each_other_are_named_together(one: Criterion, other: Criterion) -> None:
    assert found(one, other) == [("exclude", ("1.1", "1.2"))]


def test_one_of_two_that_exclude_each_other_may_be_a_wish() -> None:
    assert found(clause("1.1", PHONE, "is", True), clause("1.2", PHONE, "is", False, 5, required=False)) == []


def test_three_that_cannot_hold_together_though_each_two_can_are_named() -> None:
    three = (
        clause("1.1", REGION, "is_not", "north"), clause("1.2", REGION, "is_not", "south"),
        clause("1.3", REGION, "is_not", "west"),
    )  # fmt: skip
    assert found(*three) == [("together", ("1.1", "1.2", "1.3"))]


def test_more_points_than_any_lead_can_reach_are_refused_even_when_the_sum_would_do() -> None:
    low = clause("1.1", BUDGET, "at_most", 10, 6, required=False)
    high = clause("1.2", BUDGET, "at_least", 20, 5, required=False)
    assert contradictions([low, high], 6) == []
    [flaw] = contradictions([low, high], 7)
    assert (flaw.code, flaw.reach) == ("threshold", 6)


def test_the_worked_example_of_the_document() -> None:
    """docs/algorithms/qualification.md."""
    regulation = Regulation(
        (
            clause("1.1", PHONE, "is", True),
            clause("2.1", BUDGET, "at_least", 60_000, 5, required=False),
            clause("2.2", REGION, "one_of", ["north", "west"], 3, required=False),
        ),
        threshold=5,
    )
    known = {"phone": True, "budget": 45_000.0, "region": "north"}
    assert judge(regulation, known).result is Result.FAILS
    assert judge(regulation, known).points == 3
    assert judge(regulation, known | {"budget": None}).result is Result.UNKNOWN
    assert judge(regulation, known | {"budget": None, "phone": False}).result is Result.FAILS
    assert judge(regulation, known | {"budget": 60_000, "region": None}).result is Result.QUALIFIES


def test_a_stored_text_is_read_as_the_kind_of_its_field() -> None:
    assert judge(Regulation((clause("1", BUDGET, "at_least", 60_000),)), {"budget": "60000,5"}).points == 0
    assert value_of(Kind.NUMBER, "60000,5") == 60_000.5
    assert value_of(Kind.NUMBER, "much") is None
    assert value_of(Kind.NUMBER, True) is None
    assert value_of(Kind.DAY, "2026-02-30") is None
    assert value_of(Kind.FLAG, "maybe") is None
    assert value_of(Kind.TEXT, "  Șerban ") == "serban"
