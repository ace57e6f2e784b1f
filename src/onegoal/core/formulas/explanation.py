"""A formula with the value of each of its parts, for a statement that shows how an amount came about."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from onegoal.core.formulas.evaluation import Values, compiled
from onegoal.core.formulas.problems import FormulaProblem
from onegoal.core.formulas.tree import Bands, Binary, Call, Formula, Name, Node, Number, Unary, Value, children


@dataclass(frozen=True, slots=True)
class Explained:
    """One part of a formula and what it came to.

    `kind` is number, name, sign, function or bands; `word` the number as typed, the name, the sign, the function. `value`
    is None where a part was not looked at (the other branch of `if`) or `problem` tells why it could not be counted.
    Of bands, the first part is the subject, then edge and rate in turn; `reached` counts the bands reached.
    """

    kind: str
    word: str
    at: int
    value: Value | None
    parts: tuple[Explained, ...] = ()
    problem: str = ""
    reached: int = 0


def explain(formula: Formula, values: Values) -> Explained:
    """Return the formula's tree with values; never raises: a part that cannot be counted carries its `problem`."""
    return _explained(formula.root, values, is_used=True)


def _explained(node: Node, values: Values, *, is_used: bool) -> Explained:
    value, problem = _value(node, values) if is_used else (None, "")
    used = _used(node, values) if is_used else [False] * len(children(node))
    parts = tuple(_explained(child, values, is_used=one) for child, one in zip(children(node), used, strict=True))
    kind, word = _titled(node)
    reached = 0
    if isinstance(node, Bands) and parts[0].value is not None:
        edges = [part.value for part in parts[1::2]]
        reached = sum(1 for edge in edges if edge is not None and parts[0].value >= edge)
    return Explained(kind, word, node.at, value, parts, problem, reached)


def _titled(node: Node) -> tuple[str, str]:
    match node:
        case Number():
            return "number", node.text
        case Name():
            return "name", node.key
        case Unary() | Binary():
            return "sign", node.op
        case Call():
            return "function", node.name
        case Bands():
            return "bands", node.name


def _value(node: Node, values: Values) -> tuple[Value | None, str]:
    try:
        return compiled(node)(values), ""
    except FormulaProblem as problem:
        return None, problem.code


def _used(node: Node, values: Values) -> list[bool]:
    """Tell which children were looked at."""
    count = len(children(node))
    if isinstance(node, Call) and node.name == "if":
        condition, _ = _value(node.args[0], values)
        return [True, condition is True, condition is False]
    if isinstance(node, Binary) and node.op in ("and", "or"):
        first, _ = _value(node.left, values)
        return [True, first is (node.op == "and")]
    return [True] * count


def plain_number(value: Fraction, digits: int = 6) -> str:
    """Write a fraction as a decimal number: exactly where it ends within `digits` places, else rounded half to even."""
    rounded = round(value, digits)
    sign, rest = ("-" if rounded < 0 else ""), abs(rounded)
    whole, part = divmod(rest * 10**digits, 10**digits)
    decimals = f"{int(part):0{digits}d}".rstrip("0")
    return f"{sign}{int(whole)}" + (f".{decimals}" if decimals else "")
