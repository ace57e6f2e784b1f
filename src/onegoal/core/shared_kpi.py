"""The shared KPI: what its parts reach, what they weigh, and how the total is composed; exact fractions throughout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

__all__ = [
    "AVERAGE_PRICE", "CASH", "DEALS", "KINDS", "MIX", "WHOLE_BP", "Attainment", "Fact", "Flaw", "MixLine", "Part",
    "PartAttainment", "Terms", "attain", "flaws_of_terms", "mix_attainment", "mix_lines",
]  # fmt: skip

DEALS: Final = "deals"
AVERAGE_PRICE: Final = "average_price"
MIX: Final = "mix"
CASH: Final = "cash"
KINDS: Final = (DEALS, AVERAGE_PRICE, MIX, CASH)
"""What a part may measure, in the order in which parts are shown."""

WHOLE_BP: Final = 10_000
"""100 % in hundredths of a per cent."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its target in deals or minor units (None for the mix), weight, and up to where it counts (None: no cap)."""

    kind: str
    target: int | None
    weight_bp: int
    cap_bp: int | None = None


@dataclass(frozen=True)
class Terms:
    """What the KPI consists of: parts, and the planned share of each product type in hundredths of a per cent."""

    parts: tuple[Part, ...]
    mix: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Fact:
    """What happened: signed deals, their amount, deals by product type ("" for none), money received.

    `priced` is how many of the deals have an amount; None means all of them. Money is in minor units. Facts of
    different days add up.
    """

    deals: int = 0
    money_signed: int = 0
    by_type: Mapping[str, int] = field(default_factory=dict)
    received: int = 0
    priced: int | None = None

    @property
    def deals_with_amount(self) -> int:
        """How many deals the average price is taken over."""
        return self.deals if self.priced is None else self.priced

    @property
    def average_price(self) -> Fraction | None:
        """Mean amount of the deals that have one, in minor units; None where there is none."""
        return Fraction(self.money_signed, self.deals_with_amount) if self.deals_with_amount else None

    def __add__(self, other: Fact) -> Fact:
        types = dict(self.by_type)
        for name, count in other.by_type.items():
            types[name] = types.get(name, 0) + count
        return Fact(
            deals=self.deals + other.deals,
            money_signed=self.money_signed + other.money_signed,
            by_type=types,
            received=self.received + other.received,
            priced=self.deals_with_amount + other.deals_with_amount,
        )


@dataclass(frozen=True, slots=True)
class PartAttainment:
    """What one part reached: `raw` is fact / target (0.71), `counted` that within its cap, `points` weight x counted.

    `fact` is in the target's unit (a mean price may be no whole number); None for a mean price of no deals. The mix
    has no target: its fact is its attainment.
    """

    kind: str
    target: int | None
    fact: Fraction | None
    raw: Fraction
    counted: Fraction
    weight_bp: int
    points: Fraction
    cap_bp: int | None = None

    @property
    def is_capped(self) -> bool:
        """Whether the cap took something away."""
        return self.counted < self.raw


@dataclass(frozen=True, slots=True)
class Attainment:
    """What the KPI reached: its parts and their weighted sum, as exact fractions (`float(total)` is 0.71)."""

    parts: tuple[PartAttainment, ...]
    total: Fraction

    def part(self, kind: str) -> PartAttainment | None:
        """Return the part of a kind, or None when the KPI has none."""
        return next((part for part in self.parts if part.kind == kind), None)


@dataclass(frozen=True, slots=True)
class MixLine:
    """One product type: the planned share, what was sold of it, its share, and sold less planned (None: nothing sold)."""

    product_type: str
    planned: Fraction
    sold: int
    share: Fraction | None

    @property
    def gap(self) -> Fraction | None:
        """Sold less planned share."""
        return None if self.share is None else self.share - self.planned


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why terms cannot be agreed: `code`, the `kind` of part concerned ("" for all), and the sum in hundredths of a per cent.

    Codes: no_parts, part_unknown, part_twice, weight_missing, weights_not_whole, target_missing, cap_too_low,
    mix_missing, mix_not_whole, mix_without_part.
    """

    code: str
    kind: str = ""
    sum_bp: int = 0


def attain(parts: Sequence[Part], mix: Mapping[str, int], fact: Fact) -> Attainment:
    """Return what the parts reached and their weighted sum.

    A part reaches fact / target, never less than nothing (refunds can outweigh payments) and counts up to its cap; the
    total is the sum of weight x counted. Raises: ValueError for a part of an unknown kind or without a positive target.
    """
    reached = tuple(_attain(part, mix, fact) for part in parts)
    return Attainment(reached, sum((part.points for part in reached), Fraction(0)))


def mix_attainment(mix: Mapping[str, int], by_type: Mapping[str, int]) -> Fraction:
    """Return 1 less half the sum of absolute differences between sold and planned shares; 0 when nothing is sold.

    A product type that is not planned counts as planned 0. Shares are in hundredths of a per cent.
    """
    sold = sum(by_type.values())
    if not sold:
        return Fraction(0)
    types = set(mix) | set(by_type)
    gaps = [abs(Fraction(by_type.get(name, 0), sold) - Fraction(mix.get(name, 0), WHOLE_BP)) for name in types]
    reached = 1 - sum(gaps, Fraction(0)) / 2
    return max(Fraction(0), reached)


def mix_lines(mix: Mapping[str, int], by_type: Mapping[str, int]) -> list[MixLine]:
    """Return planned and sold shares side by side, the largest plan first, then what was sold without a plan."""
    sold = sum(by_type.values())
    types = sorted(set(mix) | {name for name, count in by_type.items() if count})
    lines = [
        MixLine(
            name,
            Fraction(mix.get(name, 0), WHOLE_BP),
            by_type.get(name, 0),
            Fraction(by_type.get(name, 0), sold) if sold else None,
        )
        for name in types
    ]
    return sorted(lines, key=lambda line: (-line.planned, -line.sold, line.product_type))


def flaws_of_terms(terms: Terms) -> list[Flaw]:
    """Return why the terms cannot be agreed; an empty list when they can."""
    flaws = [flaw for part in terms.parts for flaw in _flaws_of_part(part)]
    kinds = [part.kind for part in terms.parts]
    flaws += [Flaw("part_twice", kind) for kind in dict.fromkeys(kinds) if kinds.count(kind) > 1]
    weight = sum(part.weight_bp for part in terms.parts)
    if not terms.parts:
        flaws.append(Flaw("no_parts"))
    elif weight != WHOLE_BP:
        flaws.append(Flaw("weights_not_whole", sum_bp=weight))
    return flaws + _flaws_of_mix(terms.mix, MIX in kinds)


def _flaws_of_part(part: Part) -> list[Flaw]:
    if part.kind not in KINDS:
        return [Flaw("part_unknown", part.kind)]
    flaws = []
    if part.kind != MIX and (part.target is None or part.target <= 0):
        flaws.append(Flaw("target_missing", part.kind))
    if part.weight_bp <= 0:
        flaws.append(Flaw("weight_missing", part.kind))
    if part.cap_bp is not None and part.cap_bp < WHOLE_BP:
        flaws.append(Flaw("cap_too_low", part.kind, part.cap_bp))
    return flaws


def _flaws_of_mix(mix: Mapping[str, int], has_part: bool) -> list[Flaw]:
    if not has_part:
        return [Flaw("mix_without_part", MIX)] if mix else []
    if not mix:
        return [Flaw("mix_missing", MIX)]
    whole = sum(mix.values())
    return [Flaw("mix_not_whole", MIX, whole)] if whole != WHOLE_BP or min(mix.values()) < 0 else []


def _attain(part: Part, mix: Mapping[str, int], fact: Fact) -> PartAttainment:
    reached = _fact_of(part.kind, mix, fact)
    raw = max(Fraction(0), reached / _target(part)) if reached is not None else Fraction(0)
    counted = raw if part.cap_bp is None else min(raw, Fraction(part.cap_bp, WHOLE_BP))
    points = Fraction(part.weight_bp, WHOLE_BP) * counted
    return PartAttainment(part.kind, part.target, reached, raw, counted, part.weight_bp, points, part.cap_bp)


def _target(part: Part) -> int:
    if part.kind == MIX:
        return 1
    if part.target is None or part.target <= 0:
        raise ValueError(f"the part {part.kind} needs a target above nothing")
    return part.target


def _fact_of(kind: str, mix: Mapping[str, int], fact: Fact) -> Fraction | None:
    if kind == DEALS:
        return Fraction(fact.deals)
    if kind == AVERAGE_PRICE:
        return fact.average_price
    if kind == MIX:
        return mix_attainment(mix, fact.by_type)
    if kind == CASH:
        return Fraction(fact.received)
    raise ValueError(f"no part measures {kind!r}")
