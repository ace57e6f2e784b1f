"""What is wrong with a formula that is well written: names nobody knows, truths where numbers belong, parts in circles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import pairwise
from typing import Final, Literal

from onegoal.core.formulas.evaluation import constant
from onegoal.core.formulas.parsing import parse
from onegoal.core.formulas.problems import FormulaError
from onegoal.core.formulas.tree import (
    COMPARISONS,
    Bands,
    Binary,
    Call,
    Formula,
    Name,
    Node,
    Unary,
    children,
    walk,
)

Wants = Literal["number", "truth"]
_TRUTHS: Final = (*COMPARISONS, "and", "or", "not")


def check(formula: Formula, known: Collection[str], *, wants: Wants = "number") -> list[FormulaError]:
    """Return everything that is wrong with a formula whose names should be among `known`, by place; none is good.

    A gate `wants` a truth, an amount a number.
    """
    found = [*_unknown(formula, known), *_types(formula.root, wants), *_constants(formula)]
    return sorted(found, key=lambda error: error.at)


def check_text(text: str, known: Collection[str], *, wants: Wants = "number") -> list[FormulaError]:
    """Read a formula and return everything that is wrong with it."""
    try:
        return check(parse(text), known, wants=wants)
    except FormulaError as error:
        return [error]


def check_order(
    own: str, formula: Formula, order: Sequence[str], asked: Mapping[str, Iterable[str]]
) -> list[FormulaError]:
    """Return the references of part `own` to itself and to parts that stand later in `order`.

    `asked` holds the names that each part asks for: a later part that leads back makes a cycle, whose way is told.
    """
    found = []
    for node in walk(formula.root):
        if not isinstance(node, Name) or node.key not in order:
            continue
        if node.key == own:
            found.append(FormulaError("self_reference", node.at, own))
        elif order.index(node.key) > order.index(own):
            way = _way(node.key, own, asked)
            said = " > ".join([own, *way]) if way else node.key
            found.append(FormulaError("cycle" if way else "later_part", node.at, said))
    return found


def _way(start: str, goal: str, asked: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the shortest way along references, from `start` to `goal`; empty where there is none."""
    ways, seen = [[start]], {start}
    while ways:
        way = ways.pop(0)
        for name in asked.get(way[-1], ()):
            if name == goal:
                return [*way, goal]
            if name in asked and name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []


def _unknown(formula: Formula, known: Collection[str]) -> Iterator[FormulaError]:
    for node in walk(formula.root):
        if isinstance(node, Name) and node.key not in known:
            nearest = get_close_matches(node.key, sorted(known), n=1, cutoff=0.6)
            yield FormulaError("unknown_name", node.at, node.key, nearest[0] if nearest else "")


def _kind(node: Node) -> Wants:
    if isinstance(node, Binary | Unary) and node.op in _TRUTHS:
        return "truth"
    if isinstance(node, Call) and node.name == "if":
        return _kind(node.args[1])
    return "number"


def _types(node: Node, wants: Wants) -> Iterator[FormulaError]:
    if _kind(node) != wants:
        yield FormulaError(f"{wants}_wanted", _begins(node))
    for child, wanted in zip(children(node), _wanted(node, wants), strict=True):
        yield from _types(child, wanted)


def _wanted(node: Node, wants: Wants) -> list[Wants]:
    """Return what each child of a node has to be."""
    if isinstance(node, Binary):
        return ["truth" if node.op in ("and", "or") else "number"] * 2
    if isinstance(node, Unary):
        return ["truth" if node.op == "not" else "number"]
    if isinstance(node, Call) and node.name == "if":
        kind = _kind(node.args[1])
        return ["truth", kind, kind]
    return ["number"] * len(children(node))


def _begins(node: Node) -> int:
    return _begins(node.left) if isinstance(node, Binary) else node.at


def _constants(formula: Formula) -> Iterator[FormulaError]:
    """What is wrong whatever the values: division by what is always nought, bands that do not ascend, odd rounding."""
    for node in walk(formula.root):
        if isinstance(node, Binary) and node.op == "/" and constant(node.right) == 0:
            yield FormulaError("division_by_zero", node.at)
        if isinstance(node, Bands):
            edges = [(edge, constant(edge)) for edge, _ in node.bands]
            fixed = [(edge, value) for edge, value in edges if value is not None]
            for (_, former), (edge, later) in pairwise(fixed):
                if later <= former:
                    yield FormulaError("band_order", _begins(edge))
        if isinstance(node, Call) and node.name == "round" and len(node.args) == 2:
            digits = constant(node.args[1])
            if digits is None or digits.denominator != 1 or not 0 <= digits <= 6:
                yield FormulaError("digits", _begins(node.args[1]), wanted="0-6")
