from __future__ import annotations

import datetime
import sys
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.csv_safety import neutralise, restore

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "|calc", "%0a", '=HYPERLINK("http://example.com","x")', "=cmd|'/C calc'!A0"]
WIDE = ["＝1", "＋1", "－1", "＠x", "﹦1", "﹢1", "﹣1", "﹫x", "⁼1", "％1", "｜x"]
LEADS = [" ", "\t", "\r", "\n", "\xa0", "\u200b", "\ufeff", "\x00", "\u202e", "\u3000", "\x0b", "\u2060", "'", "''"]
RISKY = st.text(alphabet=st.sampled_from(list("=+-@|%;,\t\r\n\"' '1a＝\u200b\x00.(")))


@pytest.mark.parametrize("text", FORMULAS + WIDE + [lead + "=1" for lead in LEADS] + ["\tplain", "\rplain", "\nplain"])
def test_a_formula_never_stands_first(text):
    assert neutralise(text).startswith("'")
    assert restore(neutralise(text)) == text


@pytest.mark.parametrize(
    "text", ["a;=1+1", 'a"=1', "a\t=1", "a\n=1", "a;  =1", "a,@x", "x;-2+3+cmd|' /C calc'!A0", "a|＝1"]
)
def test_a_formula_after_a_separator_inside_the_cell_is_guarded_too(text):
    assert "'=" in neutralise(text).replace(" ", "").replace("＝", "=").replace("@", "=").replace("-2", "=")
    assert restore(neutralise(text)) == text


@pytest.mark.parametrize(
    "text", ["", "Anna", "a-b", "a=b", "x@example.com", "50 %", "Discount, -5%", "Call; +7 916 123-45-67"]
)
def test_ordinary_text_is_left_alone(text):
    assert neutralise(text) == text
    assert restore(text) == text


@pytest.mark.parametrize("value", [-500, -0.5, Decimal("-1.20"), None, True, datetime.date(2026, 1, 2)])
def test_only_text_is_changed(value):
    assert neutralise(value) is value


@pytest.mark.parametrize("text", ["'quoted'", "it's", "'", "''", "'=1", "''=1", "'plain"])
def test_text_that_brings_its_own_apostrophe_survives(text):
    assert restore(neutralise(text)) == text


def test_every_character_that_normalises_to_a_formula_sign_is_known():
    looks_like = [
        c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.normalize("NFKC", c)[:1] in set("=+-@|%")
    ]
    assert [c for c in looks_like if not neutralise(c + "1").startswith("'")] == []


@given(st.one_of(st.text(), RISKY))
def test_restoring_gives_back_the_text(text):
    assert restore(neutralise(text)) == text


@given(RISKY)
def test_no_cell_of_any_split_starts_with_a_formula_that_could_run(text):
    for piece in neutralise(text).replace(",", ";").replace("\t", ";").split(";"):
        if piece.lstrip(" \r\n\x00\u200b")[:1] in {"=", "@", "＝"}:
            pytest.fail(f"{text!r} opens a cell with {piece!r}")


@pytest.mark.parametrize("unit", [" ", "\n", "'", ";", "=", ";'", "+1 "])
@pytest.mark.timeout(30)
def test_a_hostile_run_of_separators_does_not_hang_the_export(unit):
    text = unit * 200_000
    assert restore(neutralise(text)) == text
