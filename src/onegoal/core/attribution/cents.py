"""Sharing whole amounts so that not one unit is lost: the largest remainder, and sums that stay exact."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from onegoal.core.attribution.journeys import Ints
from onegoal.core.problems import ValueProblem

Floats = NDArray[np.float64]

_MICRO = 1_000_000
"""Remainders are compared in millionths of a unit, so that engines whose last bits differ still agree."""
_PLAIN = 9_000_000_000
"""Up to this amount, a product in millionths is exact enough as a float: 9e15 is below 2^53."""
_EXACT = 1 << 53
_HALF = 26
_SPLITTER = float((1 << 27) + 1)
_PIECE_BITS = 7
"""Fractions of so many bits of places are added up together; with very many codes more of them, or cells outnumber parts."""
_CELL_BITS = 2
_PAIR = 2
_WHOLE_BITS = 63


def owners(starts: Ints) -> Ints:
    """Return the journey of each touch, (T,); every journey has at least one."""
    owner = np.zeros(starts[-1], np.int64)
    owner[starts[1:-1]] = 1
    return np.cumsum(owner, out=owner)


def split(values: Ints, shares: Floats, starts: Ints, owner: Ints | None = None) -> Ints:
    """Share each journey's value over its touches by the largest remainder; returns (T,) minor units.

    values: (N,).  shares: (T,), adding up to 1 in each journey.  starts: (N+1,), every journey with at least one touch.
    owner: (T,), what `owners` returns, if it is at hand.
    The parts of a journey add up to its value exactly. Units left over go to the largest remainders, compared in
    millionths of a unit, and among equal ones to the earlier touch. A negative value is shared like its opposite.
    """
    if not values.any():
        return np.zeros(len(shares), np.int64)
    owner = owners(starts) if owner is None else owner
    lengths, size = np.diff(starts), np.abs(values)
    whole, micro = _quotas(size[owner], shares)
    extra = size - np.diff(np.cumsum(whole)[starts[1:] - 1], prepend=0)
    if extra.min() < 0 or (extra >= lengths).any():
        base, extra = np.divmod(extra, lengths)
        whole += base[owner]
    _hand_out(whole, micro, starts[:-1], lengths, extra)
    return _signed(whole, values, owner)


def split_equally(values: Ints, starts: Ints, owner: Ints | None = None) -> Ints:
    """Share each journey's value equally; units left over go to its earliest touches. Shapes as in `split`."""
    if not len(values):
        return np.zeros(0, np.int64)
    owner = owners(starts) if owner is None else owner
    part, rest = np.divmod(np.abs(values), np.diff(starts))
    whole = part[owner]
    whole += np.arange(starts[-1]) < (starts[:-1] + rest)[owner]
    return _signed(whole, values, owner)


def split_total(total: int, parts: Sequence[float] | Floats) -> Ints:
    """Share one amount in proportion to `parts` by the largest remainder; ties go to the earlier part.

    Parts may be negative as long as their sum is positive. Without a positive sum all share equally.
    """
    weights = [Fraction(float(part)) for part in parts]
    whole_weight = sum(weights, Fraction())
    if whole_weight <= 0:
        weights, whole_weight = [Fraction(1)] * len(weights), Fraction(len(weights))
    sign, size = (-1, -total) if total < 0 else (1, total)
    return sign * round_to_total([size * weight / whole_weight for weight in weights], size)


def round_to_total(quotas: Sequence[Fraction | float], total: int) -> Ints:
    """Round parts that add up to `total`, some of them perhaps negative, to whole units that do so exactly."""
    if not len(quotas):
        return np.zeros(0, np.int64)
    pairs = [divmod(round(Fraction(quota) * _MICRO), _MICRO) for quota in quotas]
    base, extra = divmod(total - sum(whole for whole, _ in pairs), len(pairs))
    favoured = set(sorted(range(len(pairs)), key=lambda place: -pairs[place][1])[:extra])
    return np.array([whole + base + (place in favoured) for place, (whole, _) in enumerate(pairs)], np.int64)


def sums(code: NDArray[np.integer], values: Ints, size: int) -> Ints:
    """Add up integers by code, exactly; returns (size,)."""
    if not len(values):
        return np.zeros(size, np.int64)
    if float(np.abs(values.astype(np.float64)).sum()) < _EXACT:
        return np.bincount(code, weights=values, minlength=size).astype(np.int64)
    high = values >> _HALF
    low = values - (high << _HALF)
    return (sums(code, high, size) << _HALF) + sums(code, low, size)


def added(code: NDArray[np.integer], parts: Floats, size: int) -> Floats:
    """Add up fractions by code, in pieces first, so that rounding does not pile up; returns (size,)."""
    bits = max(_PIECE_BITS, size.bit_length() - _CELL_BITS)
    piece = np.arange(len(parts)) >> bits
    pieces = (len(parts) >> bits) + 1
    cells = np.bincount(piece + code.astype(np.int64) * pieces, weights=parts, minlength=pieces * size)
    return cells.reshape(size, pieces).sum(axis=1)


def check_amounts(values: Ints) -> None:
    """Raises: ValueProblem "too_large" when the amounts together do not fit into 64 bits."""
    if float(np.abs(values.astype(np.float64)).sum()) > float(1 << 62):
        raise ValueProblem("too_large", int(np.abs(values).max()))


def _quotas(size: Ints, shares: Floats) -> tuple[Ints, Ints]:
    """Return whole units and millionths of `size` times `shares`."""
    if int(size.max()) <= _PLAIN:
        micro = np.rint(size * shares * _MICRO).astype(np.int64)
        return np.divmod(micro, _MICRO)
    product, error = _exact_product(size.astype(np.float64), shares)
    floor = np.floor(product)
    carry, micro = np.divmod(np.rint((product - floor + error) * _MICRO).astype(np.int64), _MICRO)
    return floor.astype(np.int64) + carry, micro


def _exact_product(left: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Return the rounded product and what rounding took from it (Dekker 1971)."""
    product = left * right
    left_high, left_low = _halves(left)
    right_high, right_low = _halves(right)
    error = left_low * right_low - (
        ((product - left_high * right_high) - left_low * right_high) - left_high * right_low
    )
    return product, error


def _halves(number: Floats) -> tuple[Floats, Floats]:
    """Return two numbers of half the digits whose sum this is (Veltkamp 1968)."""
    scaled = number * _SPLITTER
    high = scaled - (scaled - number)
    return high, number - high


def _signed(whole: Ints, values: Ints, owner: Ints) -> Ints:
    return whole if values.min() >= 0 else whole * np.sign(values)[owner]


def _hand_out(whole: Ints, micro: Ints, first: Ints, lengths: Ints, extra: Ints) -> None:
    """Give one unit more to the `extra` touches of each journey with the largest remainders, in place.

    Very many journeys have one touch or two: one has nothing left over, and two only compare two numbers.
    """
    begin = first[(extra > 0) & (lengths == _PAIR)]
    whole[begin + (micro[begin + 1] > micro[begin])] += 1
    longer = np.flatnonzero((extra > 0) & (lengths > _PAIR))
    if not len(longer):
        return
    begin, starts = first[longer], np.concatenate(([0], np.cumsum(lengths[longer])))
    owner = owners(starts)
    place = np.arange(len(owner)) - starts[owner]
    begins = begin[owner]
    order = _order(owner, _MICRO - 1 - micro[begins + place], place)
    whole[(begins + order)[place < extra[longer][owner]]] += 1


def _order(journey: Ints, lacking: Ints, place: Ints) -> Ints:
    """Return, journey by journey, the places of the touches from the least lacking to the most, earlier ones first."""
    place_bits, lacking_bits = int(place.max()).bit_length(), _MICRO.bit_length()
    if int(journey[-1]).bit_length() + lacking_bits + place_bits > _WHOLE_BITS:
        return place[np.lexsort((place, lacking, journey))]
    key = (((journey << lacking_bits) | lacking) << place_bits) | place
    key.sort()
    return key & ((1 << place_bits) - 1)
