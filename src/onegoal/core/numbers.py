"""Numbers as people and programs write them, read into exact decimals or refused with a reason."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from onegoal.core.currencies import LEADING, TRAILING, currencies_of
from onegoal.core.problems import ValueProblem

DecimalMark = Literal["comma", "point"]

_LONGEST: Final = 64
_LARGEST_EXPONENT: Final = 30
_QUICK: Final = re.compile(r"(-?[0-9]{1,18})(?:([,.])([0-9]{1,18}))?", re.ASCII)
_BODY: Final = re.compile(r"([0-9][0-9 ',.]*|[.,][0-9]+)(?:e([+-]?[0-9]{1,6}))?", re.ASCII | re.IGNORECASE)
_GROUPS: Final = re.compile(r"[1-9][0-9]{0,2}(?:(?P<mark>[ ',.])[0-9]{3})(?:(?P=mark)[0-9]{3})*", re.ASCII)
_INDIAN_GROUPS: Final = re.compile(r"[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}", re.ASCII)
_MARKS: Final[dict[DecimalMark | None, str]] = {"comma": ",", "point": ".", None: ""}
_NO_CURRENCY: Final[frozenset[str]] = frozenset()
_SAME: Final = str.maketrans(
    dict.fromkeys("\u00a0\u202f\u2009\u2007\u2008\u2002\u2003\t", " ")
    | dict.fromkeys("\u2212\u2013\ufe63\uff0d\u2011", "-")
    | dict.fromkeys("\u2019\u2018\u02bc`\u00b4", "'")
    | {"\uff0b": "+", "\uff0e": ".", "\uff0c": ",", "\uff05": "%"}
    | dict.fromkeys("\u200b\u200e\u200f\u2060\ufeff", None)
)


class AmbiguousNumber(ValueProblem):
    """`1,234` may be one thousand or one and a bit: the column's decimal mark has to be said."""


class ReadNumber(NamedTuple):
    """A number with the currencies that a sign beside it may mean (empty when none was written)."""

    value: Decimal
    currencies: frozenset[str]


class _Bare(NamedTuple):
    body: str
    negative: bool
    percent: bool
    currencies: frozenset[str]


def parse_number(text: str, *, decimal: DecimalMark | None = None, percent: bool = False) -> Decimal:
    """The number a text means, exactly.

    Takes spaces of any width, apostrophes, points or commas between thousands; minus signs before or after; accounting
    brackets; exponents; a currency sign or code on either side. `percent=True` also takes `12,5 %`, returned as 0.125.
    Raises: AmbiguousNumber (`number_ambiguous`); ValueProblem with `number_empty`, `number_not_understood`,
    `number_wrong_decimal` (contradicts `decimal`), `number_percent`, `number_too_long`, `number_too_big`.
    """
    return read_number(text, decimal=decimal, percent=percent).value


def read_number(text: str, *, decimal: DecimalMark | None = None, percent: bool = False) -> ReadNumber:
    """Like `parse_number`, and also which currency stood beside the number."""
    quick = _quick(text, decimal)
    if quick is not None:
        return ReadNumber(quick, _NO_CURRENCY)
    return _read_dressed(text, decimal, percent)


@lru_cache(maxsize=50_000)
def _read_dressed(text: str, decimal: DecimalMark | None, percent: bool) -> ReadNumber:
    """A number with grouping, signs or words around it; prices repeat within a file, so they are remembered."""
    bare = _strip(text)
    if bare.percent and not percent:
        raise ValueProblem("number_percent", text)
    value = _value_of(bare.body, decimal, text)
    value = value.scaleb(-2) if bare.percent else value
    return ReadNumber(-value if bare.negative else value, bare.currencies)


def _quick(text: str, decimal: DecimalMark | None) -> Decimal | None:
    """Most cells are bare digits with at most one mark: read at once where that mark can only be the decimal one."""
    found = _QUICK.fullmatch(text)
    if not found:
        return None
    whole, mark, fraction = found.groups()
    if not mark:
        return Decimal(whole)
    if mark == _MARKS[decimal] or (decimal is None and len(fraction) != 3):
        return Decimal(f"{whole}.{fraction}")
    return None


def guess_decimal(samples: Iterable[str]) -> DecimalMark | None:
    """The decimal mark a column uses, or None when nothing in it tells or its cells contradict each other."""
    seen = {mark for sample in samples if (mark := _evidence(sample))}
    return seen.pop() if len(seen) == 1 else None


def _strip(text: str) -> _Bare:
    """Take sign, brackets, currency and per cent off a number, each at most once."""
    rest = _plain_characters(text)
    if not rest:
        raise ValueProblem("number_empty", text)
    if len(rest) > _LONGEST:
        raise ValueProblem("number_too_long", text)
    rest, before = _take_leading_currency(rest)
    rest, after = _take_trailing_currency(rest)
    if before and after:
        raise ValueProblem("number_not_understood", text)
    percent = rest.endswith("%")
    rest, negative = _take_sign(rest.removesuffix("%").strip(), text)
    if not (before or after):
        rest, before = _take_leading_currency(rest)
    if not (before or after):
        rest, after = _take_trailing_currency(rest)
    return _Bare(rest, negative, percent, before | after)


def _take_sign(text: str, original: str) -> tuple[str, bool]:
    signs = [text.startswith("(") and text.endswith(")"), text.startswith(("-", "+")), text.endswith("-")]
    if sum(signs) > 1:
        raise ValueProblem("number_not_understood", original)
    if signs[0]:
        return text[1:-1].strip(), True
    if signs[1]:
        return text[1:].strip(), text[0] == "-"
    return (text[:-1].strip(), True) if signs[2] else (text, False)


def _take_leading_currency(text: str) -> tuple[str, frozenset[str]]:
    found = LEADING.match(text)
    return (text[found.end() :].strip(), currencies_of(found.group())) if found else (text, frozenset())


def _take_trailing_currency(text: str) -> tuple[str, frozenset[str]]:
    found = TRAILING.search(text)
    return (text[: found.start()].strip(), currencies_of(found.group())) if found else (text, frozenset())


def _plain_characters(text: str) -> str:
    """Fold look-alike spaces, minuses, apostrophes and foreign decimal digits; superscripts stay and are refused."""
    if not text.isascii():
        text = text[: 4 * _LONGEST].translate(_SAME)
        text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    return text.replace("\t", " ").strip()


def _value_of(body: str, decimal: DecimalMark | None, original: str) -> Decimal:
    found = _BODY.fullmatch(body)
    if not found:
        raise ValueProblem("number_not_understood", original)
    mantissa, exponent = found.group(1).rstrip(), int(found.group(2) or 0)
    if abs(exponent) > _LARGEST_EXPONENT:
        raise ValueProblem("number_too_big", original)
    mark = _decimal_mark(mantissa, decimal, has_exponent=bool(found.group(2)), original=original)
    whole, _, fraction = mantissa.partition(mark) if mark else (mantissa, "", "")
    return Decimal(f"{_ungrouped(whole, original)}.{_digits(fraction, original)}e{exponent}")


def _decimal_mark(mantissa: str, decimal: DecimalMark | None, *, has_exponent: bool, original: str) -> str:
    """The character that is the decimal mark in this text, '' when it has none."""
    said = _MARKS[decimal]
    marks = [c for c in mantissa if c in ",."]
    if not marks:
        return ""
    last = marks[-1]
    if marks.count(last) > 1:
        found: str | None = ""
    elif len(marks) > 1 or has_exponent or not _GROUPS.fullmatch(mantissa):
        found = last
    else:
        found = None
    if found is None:
        return _settle(last, said, original)
    if (said and found not in {said, ""}) or (found == "" and said == last):
        raise ValueProblem("number_wrong_decimal", original)
    return found


def _settle(mark: str, said: str, original: str) -> str:
    """One mark before exactly three digits: only the column can say whether it splits thousands."""
    if not said:
        raise AmbiguousNumber("number_ambiguous", original)
    return mark if mark == said else ""


def _ungrouped(whole: str, original: str) -> str:
    if not whole or whole.isdigit():
        return whole or "0"
    if not (_GROUPS.fullmatch(whole) or _INDIAN_GROUPS.fullmatch(whole)):
        raise ValueProblem("number_not_understood", original)
    return re.sub(r"[ ',.]", "", whole)


def _digits(fraction: str, original: str) -> str:
    if fraction and not fraction.isdigit():
        raise ValueProblem("number_not_understood", original)
    return fraction or "0"


def _evidence(sample: str) -> DecimalMark | None:
    """Which mark this one cell proves to be the decimal one; one that repeats proves the other."""
    try:
        mantissa = _BODY.fullmatch(_strip(sample).body)
        parse_number(sample, percent=True)
    except ValueProblem:
        return None
    marks = [c for c in (mantissa.group(1) if mantissa else "") if c in ",."]
    if not marks:
        return None
    proven = marks[-1] if marks.count(marks[-1]) == 1 else {",": ".", ".": ","}[marks[-1]]
    return "comma" if proven == "," else "point"
