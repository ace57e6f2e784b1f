"""Counts a formula with given values, exactly: every number is a fraction, nothing is rounded unless `round` says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from onegoal.core.formulas.problems import FormulaProblem
from onegoal.core.formulas.tree import Bands, Binary, Call, Formula, Name, Node, Number, Unary, Value, walk

Values = Mapping[str, Fraction]
Run = Callable[[Values], Any]

_HUNDRED: Final = Fraction(100)
_BIGGEST: Final = Fraction(10) ** 30


def evaluate(formula: Formula, values: Values) -> Value:
    """Return what the formula comes to: a fraction, or whether a condition holds.

    `if`, `and` and `or` look only at what they need, so `if(leads = 0, 0, deals_won / leads)` divides by nothing.
    Raises: FormulaProblem.
    """
    return formula.run(values)


def number_of(formula: Formula, values: Values) -> Fraction:
    """Return the number a formula comes to. Raises: FormulaProblem, `too_big` beyond 10^30."""
    value = Fraction(evaluate(formula, values))
    if abs(value) > _BIGGEST:
        raise FormulaProblem("too_big")
    return value


def round_half_even(value: Fraction, digits: int = 0) -> Fraction:
    """Round to `digits` places, halves to the even neighbour: 0.125 to two places is 0.12."""
    return Fraction(round(value, digits)) if digits else Fraction(round(value))


def compiled(node: Node) -> Run:
    """Turn a node into a function of the values."""
    match node:
        case Number():
            value = node.value
            return lambda values: value
        case Name():
            return _name(node)
        case Unary():
            return _folded(node, _unary(node))
        case Binary():
            return _folded(node, _binary(node))
        case Call():
            return _CALLS[node.name](tuple(map(compiled, node.args)))
        case Bands():
            return _bands(node)


def constant(node: Node) -> Any | None:
    """Return the value of a part that asks for no name; None for others and for what cannot be counted."""
    if any(isinstance(one, Name) for one in walk(node)):
        return None
    try:
        return compiled(node)({})
    except FormulaProblem:
        return None


def _folded(node: Unary | Binary, run: Run) -> Run:
    """A part of plain numbers is counted once: `2 %` is not divided by a hundred for every person."""
    if any(isinstance(one, Name) for one in walk(node)):
        return run
    try:
        value = run({})
    except FormulaProblem:
        return run
    return lambda values: value


def _name(node: Name) -> Run:
    key, at = node.key, node.at

    def run(values: Values) -> Value:
        value = values.get(key)
        if value is None:
            raise FormulaProblem("value_missing", at, key)
        return value

    return run


def _unary(node: Unary) -> Run:
    inner = compiled(node.operand)
    if node.op == "not":
        return lambda values: not inner(values)
    if node.op == "%":
        return lambda values: inner(values) / _HUNDRED
    return lambda values: -inner(values)


def _binary(node: Binary) -> Run:
    left, right, at = compiled(node.left), compiled(node.right), node.at
    if node.op == "and":
        return lambda values: bool(left(values) and right(values))
    if node.op == "or":
        return lambda values: bool(left(values) or right(values))
    if node.op == "/":
        return lambda values: _divided(left(values), right(values), at)
    apply = _OPERATIONS[node.op]
    return lambda values: apply(left(values), right(values))


def _divided(left: Value, right: Value, at: int) -> Fraction:
    if not right:
        raise FormulaProblem("division_by_zero", at)
    return Fraction(left) / right


_OPERATIONS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def _if(args: tuple[Run, ...]) -> Run:
    condition, then, otherwise = args
    return lambda values: then(values) if condition(values) else otherwise(values)


def _rounded(args: tuple[Run, ...]) -> Run:
    def run(values: Values) -> Value:
        digits = int(args[1](values)) if len(args) > 1 else 0
        return round_half_even(Fraction(args[0](values)), digits)

    return run


def _accelerator(args: tuple[Run, ...]) -> Run:
    """`accelerator(x, from, factor)`: what lies above `from` counts `factor` times."""

    def run(values: Values) -> Value:
        subject, edge, factor = (one(values) for one in args)
        return subject if subject <= edge else edge + (subject - edge) * factor

    return run


_CALLS: Final[dict[str, Callable[[tuple[Run, ...]], Run]]] = {
    "min": lambda args: lambda values: min(one(values) for one in args),
    "max": lambda args: lambda values: max(one(values) for one in args),
    "round": _rounded,
    "if": _if,
    "accelerator": _accelerator,
}


def _bands(node: Bands) -> Run:
    subject = compiled(node.subject)
    bands = [(compiled(edge), compiled(rate)) for edge, rate in node.bands]
    rates = [rate for _, rate in bands]
    count, at = _BANDED[node.name], node.at
    fixed = _ascending([constant(edge) for edge, _ in node.bands])

    def run(values: Values) -> Value:
        edges = fixed or [Fraction(edge(values)) for edge, _ in bands]
        if fixed is None and not _ascending(edges):
            raise FormulaProblem("band_order", at)
        return count(subject(values), edges, rates, values)

    return run


def _ascending(edges: list[Any]) -> list[Fraction] | None:
    """Return the edges where all are known and each is above the one before."""
    if None in edges or any(later <= former for former, later in pairwise(edges)):
        return None
    return [Fraction(edge) for edge in edges]


def _steps(subject: Fraction, edges: list[Fraction], rates: list[Run], values: Values) -> Fraction:
    """Each stretch of the subject at the rate of its own band."""
    total = Fraction(0)
    for place, edge in enumerate(edges):
        if subject <= edge:
            break
        upper = min(subject, edges[place + 1]) if place + 1 < len(edges) else subject
        total += (upper - edge) * rates[place](values)
    return total


def _band(subject: Fraction, edges: list[Fraction], rates: list[Run], values: Values) -> Fraction:
    """What stands at the highest edge that is reached; below the first, nothing."""
    reached = [rate for edge, rate in zip(edges, rates, strict=True) if subject >= edge]
    return Fraction(reached[-1](values)) if reached else Fraction(0)


def _tier(subject: Fraction, edges: list[Fraction], rates: list[Run], values: Values) -> Fraction:
    """The whole subject at the rate of the band it reached."""
    return subject * _band(subject, edges, rates, values)


_BANDED: Final = {"steps": _steps, "tier": _tier, "band": _band}
