"""How likely two descriptions are of one person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.likeness import (
    Described,
    is_one_slip,
    likeness,
    name_key,
    name_words,
    shares_of,
    similarity,
    slips_of,
    spellings,
)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("martha", "marhta", 0.961),
        ("dwayne", "duane", 0.840),
        ("dixon", "dicksonx", 0.813),
        ("abc", "xyz", 0.0),
        ("a", "a", 1.0),
    ],
)
def test_similarity_is_what_winkler_published(one: str, other: str, expected: float) -> None:
    assert similarity(one, other) == pytest.approx(expected, abs=0.0005)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Иванов Сергей", "Ivanov Serghei"), ("Sergey Ivanov", "Иванов Сергей"), ("Țurcanu Ștefan", "turcanu stefan"),
        ("Шевченко Юлия", "Shevchenko Yuliya"), ("Ёлкин Пётр", "Elkin Petr"), ("Alexandru", "Aleksandru"),
    ],
)  # fmt: skip
def test_spellings_of_one_name_sound_the_same(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_titles_and_initials_are_no_part_of_a_name() -> None:
    assert name_words("Dl. Ion P. Pop") == name_words("Ion Pop")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("123", "124", True),
        ("123", "132", True),
        ("123", "12", True),
        ("123", "1234", True),
        ("123", "123", False),
        ("123", "321", False),
        ("12", "1245", False),
    ],
)  # fmt: skip
def test_one_slip_is_one_keystroke(one: str, other: str, expected: bool) -> None:
    assert is_one_slip(one, other) is expected
    assert is_one_slip(other, one) is expected


@given(st.text("0123456789", min_size=4, max_size=12))
def test_every_slip_is_one_keystroke_away(digits: str) -> None:
    slips = slips_of(digits)
    assert all(is_one_slip(digits, slip) for slip in slips)
    assert {digits[:-1] + digit for digit in "0123456789"} - {digits} <= set(slips)


def test_slips_leave_the_country_as_it_is() -> None:
    assert all(slip.startswith("+40") for slip in slips_of("+40722", fixed=3))


ION = Described("Ion Popescu", phones=frozenset({"+40722000001"}))


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (Described("Popescu Ion", phones=frozenset({"+40722000007"})), "names_swapped"),
        (Described("Ион Попеску", phones=frozenset({"+40722000010"})), "name_in_other_letters"),
        (Described("Ion Popescu", phones=frozenset({"+40722000010"})), "same_name"),
        (Described("Ion Popesku", phones=frozenset({"+40722000001"})), "same_contact"),
        (Described("I Popescu", phones=frozenset({"+40722000001"})), "same_contact"),
    ],
)
def test_likely_pairs_say_why(other: Described, reason: str) -> None:
    found = likeness(ION, other)
    assert found.is_likely
    assert reason in found.reasons


@pytest.mark.parametrize(
    "other",
    [
        Described("Maria Ionescu", phones=frozenset({"+40722000007"})),
        Described("Ion Popescu", phones=frozenset({"+40733555777"}), name_shares={"ion": 0.05, "popescu": 0.02}),
        Described("Ion"),
        Described(),
    ],
)
def test_too_little_is_not_likely(other: Described) -> None:
    assert not likeness(ION, other).is_likely


def test_the_example_of_the_page_counts_as_written() -> None:
    one = Described(
        "Иванов Сергей", phones=frozenset({"+37369123456"}), name_shares={"ivanov": 1 / 128, "sergei": 1 / 64}
    )
    other = Described("Ivanov Serghei", phones=frozenset({"+37369123465"}))
    assert likeness(one, other).probability == pytest.approx(1 / (1 + 2**-9))


names = st.text("абвгдеийклмнопрстуabcdefghiklmnoprstu ", min_size=3, max_size=20)


@given(names, names)
def test_likeness_does_not_depend_on_the_order(one: str, other: str) -> None:
    left, right = Described(one, emails=frozenset({"a@b.c"})), Described(other, emails=frozenset({"a@b.d"}))
    assert likeness(left, right).probability == pytest.approx(likeness(right, left).probability)


def test_a_rare_name_tells_more_than_a_common_one() -> None:
    shares = shares_of(["Ion Pop"] * 5_000 + ["Zoe Quark"])
    rare = likeness(Described("Zoe Quark", name_shares=shares), Described("Zoe Quark"))
    common = likeness(Described("Ion Pop", name_shares=shares), Described("Ion Pop"))
    assert rare.probability > common.probability


def test_names_are_searched_in_the_other_alphabet() -> None:
    assert "serghei" in spellings("сергей")
    assert "sergey" in spellings("сергей")
    assert "сергей" in spellings("serghei")
