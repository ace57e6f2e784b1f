"""The language of pay formulas: what it refuses and where, what it counts, how it explains."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.formulas import (
    DEEPEST,
    FormulaError,
    FormulaProblem,
    check_order,
    check_text,
    evaluate,
    explain,
    number_of,
    parse,
    plain_number,
    round_half_even,
)

KNOWN = {"base", "deals_won", "money_signed", "attainment"}


@pytest.mark.parametrize(
    ("text", "code", "at", "wanted"),
    [
        ("", "empty", 0, ""),
        ("base *", "unexpected", 6, ""),
        ("base $ 2", "character", 5, ""),
        ("2,5 * base", "decimal_comma", 0, "2.5"),
        ("money_singed * 2 %", "unknown_name", 0, "money_signed"),
        ("xyzzy", "unknown_name", 0, ""),
        ("rund(base)", "unknown_function", 0, "round"),
        ("min(base)", "argument_count", 0, "2-20"),
        ("if(base > 1, 2)", "argument_count", 0, "3"),
        ("1 < base < 3", "comparison_chain", 9, ""),
        ("base / 0", "division_by_zero", 5, ""),
        ("base / (2 - 2 * 1)", "division_by_zero", 5, ""),
        ("base > 1", "number_wanted", 0, ""),
        ("base and 1", "number_wanted", 0, ""),
        ("steps(base, 10: 1, 5: 2)", "band_order", 19, ""),
        ("steps(base)", "argument_count", 0, "2-50"),
        ("steps(base, 10 1)", "missing", 15, ":"),
        ("(base", "missing", 5, ")"),
        ("round(base, 9)", "digits", 12, "0-6"),
        ("1234567890123456789", "number_too_big", 0, "18"),
        ("__import__", "unknown_name", 0, ""),
        ("base.real", "character", 4, ""),
    ],
)
def test_a_bad_formula_is_refused_with_its_place_and_what_would_mend_it(
    text: str, code: str, at: int, wanted: str
) -> None:
    error = check_text(text, KNOWN)[0]
    assert (error.code, error.at, error.wanted) == (code, at, wanted)


def test_too_long_and_too_deep_formulas_are_refused() -> None:
    assert check_text("base + " * 400 + "1", KNOWN)[0].code == "too_long"
    assert check_text("(" * (DEEPEST + 2) + "1" + ")" * (DEEPEST + 2), KNOWN)[0].code == "too_deep"
    assert check_text("-" * 500 + "1", KNOWN)[0].code == "too_deep"
    assert check_text("1" + "+1" * 900, KNOWN)[0].code == "too_deep"
    assert check_text("(" * DEEPEST + "1" + ")" * DEEPEST, KNOWN) == []


def test_a_gate_wants_a_truth() -> None:
    assert check_text("deals_won >= 3 and not attainment < 50 %", KNOWN, wants="truth") == []
    assert [error.code for error in check_text("deals_won", KNOWN, wants="truth")] == ["truth_wanted"]


def test_a_part_asks_neither_for_itself_nor_for_a_later_one() -> None:
    asked = {"a": ["b"], "b": ["c"], "c": ["a"], "d": []}
    order = ["a", "b", "c", "d"]

    def errors(own: str, text: str) -> list[tuple[str, str]]:
        return [(error.code, error.said) for error in check_order(own, parse(text), order, asked)]

    assert errors("a", "a + 1") == [("self_reference", "a")]
    assert errors("a", "2 * b") == [("cycle", "a > b > c > a")]
    assert errors("a", "d") == [("later_part", "d")]
    assert errors("c", "a") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("10 - 4 - 3", 3),
        ("2 % * 50", 1),
        ("-2 * -3", 6),
        ("1 / 3 + 1 / 3 + 1 / 3", 1),
        ("100 000 * 2 %", 2_000),
        ("if(deals_won >= 3, 100, 0)", 100),
        ("if(1 > 2, base / 0.0, 7)", None),
        ("min(3, 1, 2) + max(3, 1, 2)", 4),
        ("round(2.5) + round(3.5)", 6),
        ("round(0.125, 2)", Fraction(12, 100)),
        # 0 to 10 at 1 %, 10 to 15 at 2 %.
        ("steps(15, 0: 1 %, 10: 2 %)", Fraction(20, 100)),
        ("tier(15, 0: 1 %, 10: 2 %)", Fraction(30, 100)),
        ("band(90 %, 80 %: 50 %, 100 %: 1)", Fraction(1, 2)),
        ("band(79.9 %, 80 %: 50 %, 100 %: 1)", 0),
        ("band(1, 80 %: 50 %; 100 %: 1)", 1),
        ("accelerator(120 %, 100 %, 2)", Fraction(14, 10)),
        ("accelerator(90 %, 100 %, 2)", Fraction(9, 10)),
        ("if(not deals_won = 3 or 1 != 1, 1, 2)", 2),
    ],
)
def test_a_formula_is_counted_exactly(text: str, value: Fraction | int | None) -> None:
    if value is None:
        assert check_text(text, KNOWN)[0].code == "division_by_zero"
        return
    assert evaluate(parse(text), {"deals_won": Fraction(3)}) == value


def test_what_is_not_looked_at_cannot_fail() -> None:
    formula = parse("if(deals_won = 0, 0, base / deals_won)")
    assert evaluate(formula, {"deals_won": Fraction(0), "base": Fraction(5)}) == 0
    with pytest.raises(FormulaProblem) as problem:
        evaluate(parse("1 + base / deals_won"), {"deals_won": Fraction(0), "base": Fraction(5)})
    assert (problem.value.code, problem.value.at) == ("division_by_zero", 9)
    with pytest.raises(FormulaProblem) as problem:
        evaluate(formula, {"deals_won": Fraction(1)})
    assert (problem.value.code, problem.value.name) == ("value_missing", "base")
    with pytest.raises(FormulaProblem, match="band_order"):
        evaluate(parse("steps(deals_won, base: 1, 2: 2)"), {"deals_won": Fraction(1), "base": Fraction(5)})
    with pytest.raises(FormulaProblem, match="too_big"):
        number_of(parse("*".join(["999999999"] * 9)), {})


def test_an_explanation_shows_every_value_and_the_branch_taken() -> None:
    told = explain(parse("if(deals_won >= 3, base * 10 %, 0)"), {"deals_won": Fraction(3), "base": Fraction(1_000)})
    condition, taken, other = told.parts
    assert (told.value, condition.value, taken.value, other.value) == (100, True, 100, None)
    assert [(part.kind, part.word, part.value) for part in taken.parts] == [
        ("name", "base", 1_000),
        ("sign", "%", Fraction(1, 10)),
    ]
    assert explain(parse("steps(7, 0: 1, 5: 2, 9: 3)"), {}).reached == 2
    assert (
        explain(parse("base / deals_won"), {"base": Fraction(1), "deals_won": Fraction(0)}).problem
        == "division_by_zero"
    )


def test_halves_go_to_the_even_neighbour() -> None:
    assert [round_half_even(Fraction(one, 2)) for one in (1, 3, 5, -1, -3)] == [0, 2, 2, 0, -2]
    assert [plain_number(Fraction(one)) for one in ("5", "1/4", "-1/3", "1000000")] == [
        "5",
        "0.25",
        "-0.333333",
        "1000000",
    ]


numbers = st.fractions(min_value=-1000, max_value=1000, max_denominator=50)


@given(
    numbers, st.lists(st.fractions(min_value=0, max_value=100, max_denominator=9), min_size=1, max_size=5, unique=True)
)
def test_steps_are_the_sum_of_what_each_unit_earns(subject: Fraction, edges: list[Fraction]) -> None:
    edges.sort()
    bands = ", ".join(f"{edge.numerator} / {edge.denominator}: {place + 1}" for place, edge in enumerate(edges))
    steps = evaluate(parse(f"steps(x, {bands})"), {"x": subject})
    by_hand = sum((max(subject - edge, Fraction(0)) for edge in edges), Fraction(0))
    assert steps == by_hand, "every edge adds one to the rate of what lies above it"


@given(st.text(alphabet="ab1290 .,;:%()+-*/<>=!_", max_size=60))
def test_any_text_is_either_read_or_refused_at_a_place_inside_it(text: str) -> None:
    try:
        formula = parse(text)
    except FormulaError as error:
        assert 0 <= error.at <= len(text)
        return
    explain(formula, dict.fromkeys(formula.names, Fraction(1)))
