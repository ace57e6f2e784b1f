"""Money in whole minor units of one currency: reading, adding and splitting without losing a cent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Final

from onegoal.core.currencies import minor_digits
from onegoal.core.numbers import DecimalMark, read_number
from onegoal.core.problems import ValueProblem

__all__ = ["BIGINT_MAX", "Money", "minor_digits", "parse_amount", "ratio", "split_largest_remainder"]

BIGINT_MAX: Final = 2**63 - 1
"""The largest amount in minor units that a database column holds; the smallest is its negative."""

_EXACT: Final = Context(prec=120, rounding=ROUND_HALF_UP)
_RATIO: Final = Context(prec=28)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole minor units (cents) of one ISO 4217 currency.

    Raises: ValueProblem `currency_mixed` when two currencies meet, `money_too_big` beyond a database integer.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        minor_digits(self.currency)
        if not isinstance(self.minor, int) or isinstance(self.minor, bool):
            raise TypeError("Money counts whole minor units")
        _within_bigint(self.minor, self.minor)

    @property
    def amount(self) -> Decimal:
        """The amount in major units, exactly: 12345 of RUB is 123.45."""
        return Decimal(self.minor).scaleb(-minor_digits(self.currency), _EXACT)

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    def _same(self, other: Money) -> int:
        if not isinstance(other, Money):
            raise TypeError("Money adds to and compares with Money only")
        if other.currency != self.currency:
            raise ValueProblem("currency_mixed", f"{self.currency} {other.currency}")
        return other.minor


def parse_amount(text: str, currency: str, *, decimal: DecimalMark | None = None) -> int:
    """The amount a text means, in minor units of `currency`; halves of a minor unit round away from zero.

    Raises: what `parse_number` raises; `money_other_currency` when another currency's sign stands beside the number;
    `money_too_big` beyond a 64-bit integer.
    """
    read = read_number(text, decimal=decimal)
    if read.currencies and currency not in read.currencies:
        raise ValueProblem("money_other_currency", text)
    minor = read.value.scaleb(minor_digits(currency), _EXACT).to_integral_value(ROUND_HALF_UP, _EXACT)
    return _within_bigint(int(minor), text)


def split_largest_remainder(total: int, weights: Sequence[int | float | Decimal | Fraction]) -> list[int]:
    """Shares of `total` in proportion to `weights` that sum to it exactly (Hamilton's method).

    The units left after rounding down go to the largest remainders, ties to the earlier place; a negative total is
    split like its positive twin. When all weights are zero, the shares are equal.
    Raises: ValueError for no weights, a negative or an endless weight.
    """
    exact = [Fraction(weight) if _is_finite(weight) else Fraction(-1) for weight in weights]
    if not exact or min(exact) < 0:
        raise ValueError("weights must be finite, none negative, at least one")
    whole = sum(exact)
    if not whole:
        exact, whole = [Fraction(1)] * len(exact), Fraction(len(exact))
    quotas = [abs(total) * weight / whole for weight in exact]
    shares = [int(quota) for quota in quotas]
    by_remainder = sorted(range(len(quotas)), key=lambda place: shares[place] - quotas[place])
    for place in by_remainder[: abs(total) - sum(shares)]:
        shares[place] += 1
    return [-share for share in shares] if total < 0 else shares


def ratio(numerator: int, denominator: int) -> Decimal | None:
    """The exact quotient to 28 significant digits (spend / leads is cost per lead); None when nothing to divide by."""
    return _RATIO.divide(Decimal(numerator), Decimal(denominator)) if denominator else None


def _is_finite(weight: int | float | Decimal | Fraction) -> bool:
    return isinstance(weight, Fraction) or Decimal(weight).is_finite()


def _within_bigint(minor: int, value: object) -> int:
    if abs(minor) > BIGINT_MAX:
        raise ValueProblem("money_too_big", value)
    return minor
