"""Formulas of pay: a small language of its own, read into a tree, checked, counted exactly and explained."""

from __future__ import annotations

from onegoal.core.formulas.checking import check, check_order, check_text
from onegoal.core.formulas.evaluation import evaluate, number_of, round_half_even
from onegoal.core.formulas.explanation import Explained, explain, plain_number
from onegoal.core.formulas.parsing import DEEPEST, LONGEST, parse
from onegoal.core.formulas.problems import FormulaError, FormulaProblem
from onegoal.core.formulas.tree import BANDED, FUNCTIONS, Formula

__all__ = [
    "BANDED", "DEEPEST", "FUNCTIONS", "LONGEST", "Explained", "Formula", "FormulaError", "FormulaProblem", "check",
    "check_order", "check_text", "evaluate", "explain", "number_of", "parse", "plain_number", "round_half_even",
]  # fmt: skip
