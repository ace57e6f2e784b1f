"""The grid of a plan: a total typed at any level is spread over the cells below it, to the last unit."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from onegoal.core.money import split_largest_remainder
from onegoal.core.periods import add_months


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """Where the smallest figure of a plan stands; an empty project, type or channel means "not divided"."""

    month: dt.date
    metric: str
    project: str = ""
    product_type: str = ""
    channel: str = ""


def months_between(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the first days of all months from `first` to `last`, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [add_months(first.replace(day=1), step) for step in range(count)]


def spread(
    total: int, places: Sequence[Place], existing: Mapping[Place, int], history: Mapping[Place, Fraction | float | int]
) -> dict[Place, int]:
    """Share a typed total out over its places; the shares add up to it exactly.

    In proportion to what is there; where nothing is, to the company's history; without one, equally. First each month
    gets its share (Hamilton's method), then the places of a month: each gets its quota rounded down, and the units left
    go to the largest remainders, with what a row lacked in earlier months added, so that a small figure does not gather
    in the first row. What is typed anew over itself changes nothing.
    Raises: ValueError for a negative total or no places.
    """
    if total < 0 or not places:
        raise ValueError("a total that is not negative, over at least one place")
    weights = _weights(places, existing, history)
    by_month: dict[dt.date, list[Place]] = defaultdict(list)
    for place in places:
        by_month[place.month].append(place)
    months = sorted(by_month)
    sums = [sum(weights[place] for place in by_month[month]) for month in months]
    lacked: dict[tuple[str, ...], Fraction] = defaultdict(Fraction)
    shared: dict[Place, int] = {}
    for month, part in zip(months, split_largest_remainder(total, sums), strict=True):
        shared |= _share_month(part, by_month[month], weights, lacked)
    return shared


def split_over_days(total: int, days: Sequence[dt.date]) -> dict[dt.date, int]:
    """Share a month's figure out over its days so evenly that after any day at most one unit is missing.

    The shares add up to `total`; five deals over ten days fall on every second day rather than on the first five.
    """
    count = len(days)
    return {day: total * (at + 1) // count - total * at // count for at, day in enumerate(days)}


def _weights(
    places: Sequence[Place], existing: Mapping[Place, int], history: Mapping[Place, Fraction | float | int]
) -> dict[Place, Fraction]:
    for known in (existing, history):
        weights = {place: Fraction(known.get(place) or 0) for place in places}
        if any(weights.values()):
            return weights
    return dict.fromkeys(places, Fraction(1))


def _share_month(
    part: int,
    places: Sequence[Place],
    weights: Mapping[Place, Fraction],
    lacked: dict[tuple[str, ...], Fraction],
) -> dict[Place, int]:
    """Share one month's part; `lacked` is what each row was rounded short by in the months before, and is kept up."""
    whole = sum(weights[place] for place in places)
    if not whole:  # the month has no weight, so its part is nothing
        return dict.fromkeys(places, 0)
    quotas = {place: part * weights[place] / whole for place in places}
    shares = {place: int(quota) for place, quota in quotas.items()}
    open_places = [place for place in places if quotas[place] != shares[place]]
    open_places.sort(key=lambda place: shares[place] - quotas[place] - lacked[_row(place)])
    for place in open_places[: part - sum(shares.values())]:
        shares[place] += 1
    for place in places:
        lacked[_row(place)] += quotas[place] - shares[place]
    return shares


def _row(place: Place) -> tuple[str, ...]:
    return place.metric, place.project, place.product_type, place.channel
