"""Keeps text from becoming a formula when a CSV file is opened in a spreadsheet, and takes the guard off again."""

from __future__ import annotations

import re
from typing import TypeVar

GUARD = "'"

# Characters a spreadsheet or an importer drops before it looks for a formula: white space, controls, zero-width and
# bidirectional marks, blank letters. The guard itself belongs here, so that adding or removing one changes no verdict.
_SKIPPED = (
    r"\s\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb'"
)
# "= + - @" and "| %" with every character that NFKC turns into one of them.
_FORMULA = r"=\u2a75\u2a76\u207c\u208c\ufe66\uff1d+\u207a\u208a\ufb29\ufe62\uff0b\-\ufe63\uff0d@\ufe6b\uff20"
_OPENING = _FORMULA + r"|\uff5c%\ufe6a\uff05"
# Where a program with another list separator, or a careless one, may start a new cell in the middle of the text.
_BREAKS = r';,\t|"\r\n'

_ANY_RISK = re.compile(rf"[{_OPENING}]|\A'*[\x00-\x1f\x7f-\x9f]")
_AT_START = re.compile(rf"[{_SKIPPED}]*+[{_OPENING}]|'*+[\x00-\x1f\x7f-\x9f]")
_INSIDE = re.compile(rf"(?<![{_SKIPPED}{_BREAKS}])[{_SKIPPED}{_BREAKS}]++(?=[{_FORMULA}])")
_AFTER_LAST_BREAK = re.compile(rf"[^{_BREAKS}]*\Z")
# A signed number or telephone number inside a sentence can only evaluate to itself.
_PLAIN_NUMBER = re.compile(r"[+-][ \xa0]?\(?\d[\d \xa0().-]*+%?(?=[;,|\t\r\n]|\Z)")

Value = TypeVar("Value")


def neutralise(value: Value) -> Value:
    """The value with a guard before everything in it that a spreadsheet could run; only text is ever changed.

    `restore(neutralise(text)) == text` for every text. Numbers, dates and None come back untouched, so a refund of
    -500 stays a number while the text "-500" is guarded. Covers leading white space, controls, zero-width marks and
    full-width signs, and formulas after a separator, a quote or a line end inside the cell.
    """
    if not isinstance(value, str) or not _ANY_RISK.search(value):
        return value
    guarded = _INSIDE.sub(_guard_inside, value)
    return GUARD + guarded if _AT_START.match(value) else guarded  # type: ignore[return-value]


def restore(value: str) -> str:
    """The text as it was before `neutralise`; text that carries no guard comes back untouched."""
    if GUARD not in value or not _ANY_RISK.search(value):
        return value
    bare = value[1:] if value.startswith(GUARD) and _AT_START.match(value) else value
    return _INSIDE.sub(_unguard_inside, bare)


def _split(match: re.Match[str]) -> tuple[str, str] | None:
    run = match.group()
    tail = _AFTER_LAST_BREAK.search(run)
    at = tail.start() if tail else len(run)
    if at == 0 or _PLAIN_NUMBER.match(match.string, match.end()):
        return None
    return run[:at], run[at:]


def _guard_inside(match: re.Match[str]) -> str:
    parts = _split(match)
    return match.group() if parts is None else parts[0] + GUARD + parts[1]


def _unguard_inside(match: re.Match[str]) -> str:
    parts = _split(match)
    return match.group() if parts is None else parts[0] + parts[1].removeprefix(GUARD)
