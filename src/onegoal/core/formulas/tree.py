"""What a formula is once it has been read: a tree of numbers, names, operations and calls, each with its place in the text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was typed; `2 %` is one hundredth of two."""

    at: int
    text: str
    value: Fraction


@dataclass(frozen=True, slots=True)
class Name:
    """A figure, a value of the person or the key of an earlier part."""

    at: int
    key: str


@dataclass(frozen=True, slots=True)
class Unary:
    """`-`, `not` or `%` (the hundredth part) of one operand."""

    at: int
    op: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands with `+ - * /`, a comparison, `and` or `or` between them; `at` is where the sign stands."""

    at: int
    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    at: int
    name: str
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Bands:
    """`steps`, `tier` or `band` of a subject: from each edge on, another rate; edges ascend."""

    at: int
    name: str
    subject: Node
    bands: tuple[tuple[Node, Node], ...]


Value = Fraction | bool
Node = Number | Name | Unary | Binary | Call | Bands


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as typed, its tree, the names it asks for in the order they appear, and what counts it."""

    text: str
    root: Node = field(repr=False, compare=False)
    names: tuple[str, ...] = field(compare=False)
    run: Callable[[Mapping[str, Fraction]], Value] = field(repr=False, compare=False)


COMPARISONS: Final = ("<", "<=", ">", ">=", "=", "!=")
BANDED: Final = ("steps", "tier", "band")
FUNCTIONS: Final[dict[str, tuple[int, int]]] = {
    "min": (2, 20), "max": (2, 20), "round": (1, 2), "if": (3, 3), "accelerator": (3, 3),
}  # fmt: skip
"""How few and how many arguments each function takes; those of BANDED take a subject and at least one band."""


def children(node: Node) -> tuple[Node, ...]:
    """Return the parts a node is made of, in the order they stand in the text."""
    match node:
        case Unary():
            return (node.operand,)
        case Binary():
            return (node.left, node.right)
        case Call():
            return node.args
        case Bands():
            return (node.subject, *(part for band in node.bands for part in band))
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it."""
    yield node
    for child in children(node):
        yield from walk(child)
