"""Reads the text of a formula into its tree; nothing of it is ever run as a program."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache
from typing import Final

from onegoal.core.formulas.evaluation import compiled
from onegoal.core.formulas.problems import FormulaError
from onegoal.core.formulas.tree import (
    BANDED,
    COMPARISONS,
    FUNCTIONS,
    Bands,
    Binary,
    Call,
    Formula,
    Name,
    Node,
    Number,
    Unary,
    walk,
)

LONGEST: Final = 2_000
DEEPEST: Final = 32
_MOST_DIGITS: Final = 18
_TOKEN: Final = re.compile(
    r"(?P<number>(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign><=|>=|!=|<>|==|[-+*/()%,;:<>=\u2212\u00d7\u00f7\u2264\u2265\u2260])"
)
_SPELT: Final = {
    "<>": "!=", "==": "=", "\u2212": "-",
    "\u00d7": "*", "\u00f7": "/", "\u2264": "<=", "\u2265": ">=", "\u2260": "!=", ";": ",",
}  # fmt: skip
_SPACES: Final = re.compile(r"[ \u00a0\u202f]")
_BLANK: Final = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int
    end: int


@lru_cache(maxsize=2_048)
def parse(text: str) -> Formula:
    """Read a formula. Raises: FormulaError for the first thing that is wrong with how it is written."""
    if len(text) > LONGEST:
        raise FormulaError("too_long", LONGEST, wanted=str(LONGEST))
    if not text.strip():
        raise FormulaError("empty")
    root = _Parser(_tokens(text), len(text)).whole()
    names = dict.fromkeys(node.key for node in walk(root) if isinstance(node, Name))
    return Formula(text, root, tuple(names), compiled(root))


def _tokens(text: str) -> list[_Token]:
    found, place = [], _BLANK.match(text).end()  # type: ignore[union-attr]
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise FormulaError("character", place, text[place])
        said = match.group()
        kind = match.lastgroup or ""
        if kind == "name":
            said = said.lower()
        found.append(_Token(kind, _SPELT.get(said, said), place, match.end()))
        place = _BLANK.match(text, match.end()).end()  # type: ignore[union-attr]
    return found


class _Parser:
    """Descends from the weakest binding sign (`or`) to the strongest (`%`)."""

    def __init__(self, tokens: list[_Token], length: int) -> None:
        self._tokens, self._length, self._place, self._depth = tokens, length, 0, 0

    def whole(self) -> Node:
        root = self._or()
        if (token := self._peek()) is not None:
            raise self._unexpected(token)
        return root

    def _or(self) -> Node:
        return self._chain(self._and, ("or",))

    def _and(self) -> Node:
        return self._chain(self._not, ("and",))

    def _not(self) -> Node:
        if token := self._take("not"):
            return Unary(token.at, "not", self._deeper(self._not))
        return self._comparison()

    def _comparison(self) -> Node:
        left = self._sum()
        if (token := self._take(*COMPARISONS)) is None:
            return left
        node = Binary(token.at, token.text, left, self._sum())
        if chained := self._take(*COMPARISONS):
            raise FormulaError("comparison_chain", chained.at, chained.text)
        return node

    def _sum(self) -> Node:
        return self._chain(self._product, ("+", "-"))

    def _product(self) -> Node:
        return self._chain(self._signed, ("*", "/"))

    def _chain(self, part: Callable[[], Node], signs: tuple[str, ...]) -> Node:
        node, count = part(), 0
        while token := self._take(*signs):
            count += 1
            if count + self._depth > DEEPEST * 4:
                raise FormulaError("too_deep", token.at, wanted=str(DEEPEST))
            node = Binary(token.at, token.text, node, part())
        return node

    def _signed(self) -> Node:
        if token := self._take("-"):
            return Unary(token.at, "-", self._deeper(self._signed))
        if self._take("+"):
            return self._deeper(self._signed)
        node = self._atom()
        if token := self._take("%"):
            return Unary(token.at, "%", node)
        return node

    def _atom(self) -> Node:
        token = self._peek()
        if token is None:
            raise FormulaError("unexpected", self._length)
        self._place += 1
        if token.kind == "number":
            return self._number(token)
        if token.text == "(":
            node = self._deeper(self._or)
            self._demand(")")
            return node
        if token.kind == "name" and token.text not in ("and", "or", "not"):
            return self._call(token) if self._take("(") else Name(token.at, token.text)
        raise self._unexpected(token)

    def _number(self, token: _Token) -> Node:
        plain = _SPACES.sub("", token.text)
        if len(plain.replace(".", "")) > _MOST_DIGITS:
            raise FormulaError("number_too_big", token.at, token.text, str(_MOST_DIGITS))
        return Number(token.at, token.text, Fraction(plain))

    def _call(self, token: _Token) -> Node:
        name = token.text
        if name in BANDED:
            return self._bands(token)
        if name not in FUNCTIONS:
            nearest = get_close_matches(name, [*FUNCTIONS, *BANDED], n=1)
            raise FormulaError("unknown_function", token.at, name, nearest[0] if nearest else "")
        args = [] if self._take(")") else self._arguments()
        few, many = FUNCTIONS[name]
        if not few <= len(args) <= many:
            raise FormulaError("argument_count", token.at, name, str(few) if few == many else f"{few}-{many}")
        return Call(token.at, name, tuple(args))

    def _arguments(self) -> list[Node]:
        args = [self._deeper(self._or)]
        while self._take(","):
            args.append(self._deeper(self._or))
        self._demand(")")
        return args

    def _bands(self, token: _Token) -> Node:
        if self._take(")"):
            raise FormulaError("argument_count", token.at, token.text, "2-50")
        subject, bands = self._deeper(self._or), []
        while self._take(","):
            edge = self._deeper(self._sum)
            self._demand(":")
            bands.append((edge, self._deeper(self._or)))
        self._demand(")")
        if not 1 <= len(bands) <= 50:
            raise FormulaError("argument_count", token.at, token.text, "2-50")
        return Bands(token.at, token.text, subject, tuple(bands))

    def _deeper(self, part: Callable[[], Node]) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            token = self._peek()
            raise FormulaError("too_deep", token.at if token else self._length, wanted=str(DEEPEST))
        node = part()
        self._depth -= 1
        return node

    def _peek(self) -> _Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _take(self, *texts: str) -> _Token | None:
        token = self._peek()
        if token is None or token.text not in texts:
            return None
        self._place += 1
        return token

    def _demand(self, text: str) -> None:
        if self._take(text) is None:
            token = self._peek()
            raise FormulaError("missing", token.at if token else self._length, token.text if token else "", text)

    def _unexpected(self, token: _Token) -> FormulaError:
        place = self._tokens.index(token)
        near = self._tokens[place - 1 : place + 2]
        is_comma = len(near) == 3 and token.text == "," and near[0].kind == near[2].kind == "number"
        if is_comma and near[0].end == token.at and token.end == near[2].at:
            whole, part = near[0].text, near[2].text
            return FormulaError("decimal_comma", near[0].at, f"{whole},{part}", f"{whole}.{part}")
        return FormulaError("unexpected", token.at, token.text)
