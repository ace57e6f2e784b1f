"""Changes of a scheme that may mend a conflict: a formula that hangs on a later link of the chain, a shared part."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from onegoal.core.formulas import parse, plain_number
from onegoal.core.kpi_conflicts.history import History
from onegoal.core.kpi_conflicts.paid import SchemePay, mean_of_part, paid
from onegoal.core.pay import SHARED, Part

_LATER: Final = {
    **dict.fromkeys(
        ("touches", "impressions", "clicks", "visitors", "leads", "leads_answered", "calls"), "qualified_leads"
    ),
    **dict.fromkeys(("qualified_leads", "opportunities", "deals"), "deals_won"),
    **dict.fromkeys(("deals_won", "customers", "money_signed", "gross_margin"), "money_received"),
    **dict.fromkeys(
        ("visitor_to_lead", "lead_to_qualified", "qualified_to_deal", "lead_to_deal", "deal_to_won", "rejection_rate"),
        "lead_to_won",
    ),
}
"""What a figure may be replaced by: the next link of the chain that counts for the goal."""
_PREFIXES: Final = ("company_", "team_", "")
_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RATED: Final = re.compile(r"^(?P<name>[a-z_][a-z0-9_]*) \* (?P<rate>\d+(\.\d+)?)$")
_STEPS: Final = 3
SHARED_KEY: Final = "shared_goal"


@dataclass(frozen=True, slots=True)
class Replaced:
    """One name of a formula and the later one that takes its place."""

    name: str
    by: str


@dataclass(frozen=True)
class Mend:
    """A changed set of parts; `key` is the part changed.

    `code` is later_link, half_shared, later_link_and_half_shared or all_shared.
    """

    code: str
    key: str
    parts: tuple[Part, ...]
    replaced: tuple[Replaced, ...] = ()


def replacements(names: Iterable[str]) -> dict[str, str]:
    """Return the next later figure for each name that has one, and for those in turn."""
    found: dict[str, str] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        later = _later(name)
        if later and name not in found:
            found[name] = later
            waiting.append(later)
    return found


def mends_of(scheme: SchemePay, history: History, key: str) -> Iterable[Mend]:
    """Yield changes of the part that causes a conflict, the smallest first; each pays the same as before on these months."""
    part = next(one for one in scheme.parts if one.key == key)
    whole = mean_of_part(scheme, paid(scheme, history), key)
    if whole <= 0:
        return
    later: list[Mend] = []
    current = part
    replaced: tuple[Replaced, ...] = ()
    for _step in range(_STEPS):
        found = _one_later(current)
        if found is None:
            break
        current, names = found
        replaced = _chained(replaced, names)
        if (scaled := _scaled(scheme, history, current, whole)) is not None:
            later.append(Mend("later_link", key, _with(scheme.parts, scaled), replaced))
    yield from later
    shared = _shared_part(scheme, whole / 2)
    half = replace_formula(part, f"({part.formula.text}) / 2")
    yield Mend("half_shared", key, (*_with(scheme.parts, half), shared))
    for one in later:
        own = next(each for each in one.parts if each.key == key)
        halved = replace_formula(own, f"({own.formula.text}) / 2")
        yield Mend("later_link_and_half_shared", key, (*_with(scheme.parts, halved), shared), one.replaced)
    yield Mend("all_shared", key, _with(scheme.parts, _all_shared(part, whole)))


def replace_formula(part: Part, text: str) -> Part:
    """Return the part with another formula."""
    return replace(part, formula=parse(text))


def _later(name: str) -> str:
    for prefix in _PREFIXES:
        if name.startswith(prefix) and (later := _LATER.get(name[len(prefix) :])):
            return prefix + later
    return ""


def _chained(former: tuple[Replaced, ...], names: dict[str, str]) -> tuple[Replaced, ...]:
    """Return what each name of the first formula has become."""
    if not former:
        return tuple(Replaced(name, by) for name, by in names.items())
    return tuple(Replaced(one.name, names.get(one.by, one.by)) for one in former)


def _one_later(part: Part) -> tuple[Part, dict[str, str]] | None:
    names = {name: later for name in part.formula.names if (later := _later(name))}
    if not names:
        return None
    text = _WORD.sub(lambda word: names.get(word[0], word[0]), part.formula.text)
    return replace_formula(part, text), names


def _scaled(scheme: SchemePay, history: History, part: Part, whole: Fraction) -> Part | None:
    """Return the part at the rate at which it pays what the old one paid; None where it would pay nothing."""
    tried = scheme.with_parts(_with(scheme.parts, part))
    own = mean_of_part(tried, paid(tried, history), part.key)
    if own <= 0:
        return None
    factor = whole / own
    if rated := _RATED.match(part.formula.text.strip()):
        return replace_formula(part, f"{rated['name']} * {_short(Fraction(rated['rate']) * factor)}")
    return replace_formula(part, f"({part.formula.text}) * {_short(factor)}")


def _short(value: Fraction) -> str:
    """Write a number with three digits that count."""
    return plain_number(Fraction(f"{float(value):.3g}"), 9)


def _shared_part(scheme: SchemePay, money: Fraction) -> Part:
    keys = {part.key for part in scheme.parts}
    key = next(name for name in (SHARED_KEY, *(f"{SHARED_KEY}_{n}" for n in range(2, 99))) if name not in keys)
    return Part(key, key, SHARED, parse(f"{_short(money)} * attainment_pace"))


def _all_shared(part: Part, money: Fraction) -> Part:
    return replace(part, kind=SHARED, formula=parse(f"{_short(money)} * attainment_pace"))


def _with(parts: tuple[Part, ...], changed: Part) -> tuple[Part, ...]:
    return tuple(changed if one.key == changed.key else one for one in parts)
