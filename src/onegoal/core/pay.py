"""What a person is paid for a month: parts of a scheme over the days they held, in whole minor units.

Figures and values are exact fractions in major units (12345 cents are 123.45). A stretch of days within the month is
judged as if the whole month had been like it: own counts and sums are taken at their monthly pace (divided by the
stretch's share of the month), and the outcome is paid for that share. So half a month of a fixed pay is half of it, three
deals are three deals whatever the rate per deal, and thresholds, gates, floors and caps shrink with the days by themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from itertools import groupby
from typing import Final

from onegoal.core.formulas import Formula, FormulaProblem, evaluate, number_of

FIXED: Final = "fixed"
PERSONAL: Final = "personal"
SHARED: Final = "shared"
_DAY: Final = dt.timedelta(days=1)
_NOTHING: Final = Fraction(0)


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a scheme: `formula` gives money in major units, paid only where `gate` holds.

    First the gate, then floor, then cap: a closed gate pays nothing whatever the floor, a cap beats a floor. `ref` is
    whatever the caller knows the part by.
    """

    key: str
    name: str
    kind: str
    formula: Formula
    gate: Formula | None = None
    floor: Fraction | None = None
    cap: Fraction | None = None
    claws_back: bool = False
    ref: int = 0

    asked: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Note the names that formula and gate ask for."""
        names = (*self.formula.names, *(self.gate.names if self.gate else ()))
        object.__setattr__(self, "asked", tuple(dict.fromkeys(names)))


@dataclass(frozen=True)
class Stretch:
    """Days of the month with one set of rules and values, and what the person did on them.

    `days` are its working days. `flows` are own counts and sums, `ratios` own figures as (part, whole), which are divided
    when they are asked for; `given` is all that does not grow with days: the person's monthly values, the month's
    figures of team and company, the plan, the attainment.
    """

    starts_on: dt.date
    ends_on: dt.date
    days: int
    parts: tuple[Part, ...]
    flows: Mapping[str, Fraction] = field(default_factory=dict)
    ratios: Mapping[str, tuple[Fraction, Fraction]] = field(default_factory=dict)
    given: Mapping[str, Fraction] = field(default_factory=dict)
    scheme: int = 0


@dataclass(frozen=True)
class PersonMonth:
    """The stretches of one person's month, in order and without overlap; `days` are the working days of the month."""

    stretches: tuple[Stretch, ...]
    days: int


@dataclass(frozen=True, slots=True)
class Line:
    """What one part pays over some days.

    `share` is their share of the month's working days, `raw` the formula at the monthly pace, `counted` that after gate,
    floor and cap, `amount_minor` = `counted` x `share` rounded once, halves to even. `bound` says what decided: gate,
    floor, cap or nothing. A line whose formula could not be counted is nought and carries its `problem` (a code), with
    `problem_at` in formula (or gate, `in_gate`) and the name it concerns.
    """

    part: Part
    starts_on: dt.date
    ends_on: dt.date
    share: Fraction
    raw: Fraction
    counted: Fraction
    amount_minor: int
    bound: str
    values: Mapping[str, Fraction]
    problem: str = ""
    problem_at: int = 0
    problem_name: str = ""
    in_gate: bool = False


@dataclass(frozen=True, slots=True)
class Pay:
    """The lines of a month and their sum."""

    lines: tuple[Line, ...]
    total_minor: int

    @property
    def problems(self) -> tuple[Line, ...]:
        """The lines that could not be counted."""
        return tuple(line for line in self.lines if line.problem)


def pay_of(month: PersonMonth, *, digits: int = 2) -> Pay:
    """Return what a person is paid for a month; `digits` are the currency's decimals. Never raises for odd values.

    A part is cut only where something it asks for changes: with a new base in the middle of the month, `2 % *
    money_signed` stays one line.
    """
    shares = _shares(month)
    lines: list[Line] = []
    for run in _same_scheme(month.stretches, shares):
        lines += _lines_of(run, digits)
    return Pay(tuple(lines), sum(line.amount_minor for line in lines))


def split_signed(total: int, weights: Sequence[int]) -> list[int]:
    """Return shares of `total` in proportion to whole weights of either sign that sum to it exactly.

    Rounded down, then the units left go to the largest remainders, ties to the earlier; weights that sum to nought
    share equally. Raises: ValueError for no weights.
    """
    if not weights:
        raise ValueError("at least one weight")
    whole = sum(weights)
    if not whole:
        weights, whole = [1] * len(weights), len(weights)
    sign = -1 if whole < 0 else 1
    parts = [divmod(sign * total * weight, abs(whole)) for weight in weights]
    shares = [share for share, _ in parts]
    by_remainder = sorted(range(len(parts)), key=lambda place: -parts[place][1])
    for place in by_remainder[: total - sum(shares)]:
        shares[place] += 1
    return shares


@dataclass(frozen=True)
class _Piece:
    """Neighbouring stretches between which nothing changed that a part asks for."""

    stretches: tuple[Stretch, ...]
    share: Fraction

    def values(self, asked: Iterable[str]) -> dict[str, Fraction]:
        """Return what is known of the names, own counts and sums at their monthly pace."""
        first, found = self.stretches[0], {}
        for name in asked:
            value = self._value(name, first)
            if value is not None:
                found[name] = value
        return found

    def _value(self, name: str, first: Stretch) -> Fraction | None:
        if name in first.flows:
            if len(self.stretches) == 1:
                total = first.flows[name]
                return total if self.share == 1 else total / self.share
            total = sum((one.flows.get(name, _NOTHING) for one in self.stretches), _NOTHING)
            return total / self.share
        if name in first.ratios:
            parts = [one.ratios.get(name, (_NOTHING, _NOTHING)) for one in self.stretches]
            part, whole = (sum(column, _NOTHING) for column in zip(*parts, strict=True))
            return part / whole if whole else None
        return first.given.get(name)


def _shares(month: PersonMonth) -> list[Fraction]:
    """Return each stretch's share of the month: in working days, in calendar days where one holds no working day."""
    if month.days > 0 and all(one.days > 0 for one in month.stretches):
        return [Fraction(one.days, month.days) for one in month.stretches]
    return [Fraction((one.ends_on - one.starts_on).days + 1, _days_of_month(one.starts_on)) for one in month.stretches]


def _days_of_month(day: dt.date) -> int:
    following = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return (following - _DAY).day


def _same_scheme(stretches: Sequence[Stretch], shares: Sequence[Fraction]) -> Iterable[list[_Piece]]:
    """Return the runs of neighbouring stretches under one scheme, each stretch a piece."""
    pieces = [_Piece((one,), share) for one, share in zip(stretches, shares, strict=True)]
    run: list[_Piece] = []
    for piece in pieces:
        if run and not (_follows(run[-1].stretches[0], piece.stretches[0]) and _order([*run, piece])):
            yield run
            run = []
        run.append(piece)
    if run:
        yield run


def _follows(former: Stretch, later: Stretch) -> bool:
    return former.scheme == later.scheme and former.ends_on + _DAY == later.starts_on


def _order(run: list[_Piece]) -> list[str]:
    """Return the keys of all parts, each after those that stand before it; empty where two rule books disagree."""
    orders = dict.fromkeys(tuple(part.key for part in piece.stretches[0].parts) for piece in run)
    if len(orders) == 1:
        return list(next(iter(orders)))
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for order in orders:
        for place, key in enumerate(order):
            sorter.add(key, *order[:place])
    try:
        return list(sorter.static_order())
    except CycleError:
        return []


def _lines_of(run: list[_Piece], digits: int) -> list[Line]:
    """Return the lines of a run, part by part; a part of several pieces has one line for each."""
    marks = [_marks(piece.stretches[0]) for piece in run] if len(run) > 1 else [_EVERY]
    keys = _order(run)
    counted: dict[str, list[Fraction | None]] = {key: [None] * len(run) for key in keys}
    lines: list[Line] = []
    for key in keys:
        for mark, grouped in groupby(range(len(run)), key=lambda place: marks[place].get(key)):
            places = list(grouped)
            if mark is None:
                continue
            piece = _merged([run[place] for place in places])
            earlier = {name: values[places[0]] for name, values in counted.items()}
            line = _line(_part(piece.stretches[0], key), piece, earlier, digits)
            for place in places:
                counted[key][place] = None if line.problem else line.counted
            lines.append(line)
    return lines


class _Every(dict[str, object]):
    """The marks of a run of one piece: nothing is compared."""

    def get(self, key: str, default: object = None) -> object:
        return True


_EVERY: Final = _Every()


def _marks(stretch: Stretch) -> dict[str, object]:
    """Return for each part what must stay the same for two stretches to be one: its rules and all it asks for."""
    marks: dict[str, object] = {}
    for part in stretch.parts:
        asked = tuple((name, marks.get(name), stretch.given.get(name)) for name in part.asked)
        gate = part.gate.text if part.gate else ""
        marks[part.key] = (part.name, part.kind, part.formula.text, gate, part.floor, part.cap, part.claws_back, asked)
    return marks


def _part(stretch: Stretch, key: str) -> Part:
    return next(part for part in stretch.parts if part.key == key)


def _merged(pieces: list[_Piece]) -> _Piece:
    stretches = tuple(stretch for piece in pieces for stretch in piece.stretches)
    return _Piece(stretches, sum((piece.share for piece in pieces), _NOTHING))


def _line(part: Part, piece: _Piece, earlier: Mapping[str, Fraction | None], digits: int) -> Line:
    values = piece.values(part.asked)
    values.update({name: value for name in part.asked if (value := earlier.get(name)) is not None})
    in_gate, raw, counted, bound, refused = bool(part.gate), _NOTHING, _NOTHING, "gate", None
    try:
        if part.gate is None or evaluate(part.gate, values):
            in_gate = False
            raw = number_of(part.formula, values)
            counted, bound = _bounded(part, raw)
    except FormulaProblem as problem:
        refused, raw, counted, bound = problem, _NOTHING, _NOTHING, ""
    exact = counted if piece.share == 1 else counted * piece.share
    amount = round(exact * 10**digits)
    starts_on, ends_on = piece.stretches[0].starts_on, piece.stretches[-1].ends_on
    if refused is None:
        return Line(part, starts_on, ends_on, piece.share, raw, counted, amount, bound, values)
    return Line(
        part, starts_on, ends_on, piece.share, raw, counted, 0, bound, values,
        refused.code, refused.at, refused.name, in_gate,
    )  # fmt: skip


def _bounded(part: Part, raw: Fraction) -> tuple[Fraction, str]:
    """Apply the floor, then the cap."""
    if part.cap is not None and raw > part.cap:
        return part.cap, "cap"
    if part.floor is not None and raw < part.floor:
        capped = part.cap is not None and part.floor > part.cap
        return (part.cap, "cap") if capped and part.cap is not None else (part.floor, "floor")
    return raw, ""
