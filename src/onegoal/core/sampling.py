"""Random samples of what is too much to look at whole: how many are needed for a wanted precision, and which are drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from math import ceil, sqrt
from typing import Final, TypeVar

import scipy  # its parts load when first used: a start need not wait for them

from onegoal.core.statistics import LEVEL

_WHOLE: Final = 2**64
Key = TypeVar("Key", str, int)


def sample_size(population: int, *, expected: float, half_width: float, level: float = LEVEL) -> int:
    """How many of `population` must be looked at, so that a rate near `expected` is known to within `half_width`.

    The normal approximation with the finite population correction (Cochran 1977, Sampling Techniques, formulas 4.1 and
    4.2), raised where Wilson's interval, by which the rate is shown, would still be wider. Never more than there are.
    Raises: ValueError for a negative population or a rate, half-width or level outside (0, 1).
    """
    if population < 0 or not (0 < expected < 1 and 0 < half_width < 1 and 0 < level < 1):
        raise ValueError("a population is not negative; rate, half-width and level lie between 0 and 1")
    if population <= 1:
        return population
    z = float(scipy.special.ndtri((1 + level) / 2))
    size = min(population, ceil(_corrected(z * z * expected * (1 - expected) / half_width**2, population) - 1e-9))
    while size < population and _wilson_half_width(size, population, expected, z) > half_width:
        size += 1
    return size


def share_needed(population: int, *, expected: float, half_width: float, level: float = LEVEL) -> float:
    """The chance with which each of `population` is to be drawn for the wanted precision; all while there are few."""
    size = sample_size(population, expected=expected, half_width=half_width, level=level)
    return size / population if population else 1.0


def is_drawn(key: str | int, share: float, seed: str) -> bool:
    """Whether `key` belongs to the sample: independent of every other key and of anything but `seed`.

    The same key and seed answer alike for ever, and a larger share keeps whatever a smaller one had drawn.
    """
    return _place(key, seed) < share * _WHOLE


def draw(keys: Iterable[Key], count: int, seed: str) -> set[Key]:
    """A simple random sample of exactly `count` of the keys, or all of them; by the same places as `is_drawn`."""
    return set(sorted(keys, key=lambda key: (_place(key, seed), key))[: max(0, count)])


def _place(key: str | int, seed: str) -> int:
    """Where the key stands on the line from 0 to 2^64: uniform, and not to be foreseen without the seed."""
    digest = hashlib.blake2b(str(key).encode(), key=seed.encode()[:64], digest_size=8).digest()
    return int.from_bytes(digest, "big")


def _corrected(size: float, population: int) -> float:
    return size / (1 + (size - 1) / population)


def _wilson_half_width(size: int, population: int, rate: float, z: float) -> float:
    spread = sqrt(rate * (1 - rate) / size + z * z / (4 * size * size))
    return z / (1 + z * z / size) * spread * sqrt((population - size) / (population - 1))
