"""The demo company's flats: what is for sale, at what price, and when a type is sold out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np

from onegoal.apps.demo import cast
from onegoal.apps.products.intake import ProductRow


@dataclass(frozen=True)
class Flat:
    """One flat; `sold_at` is set when its contract is signed."""

    source_id: str
    kind: cast.FlatKind
    area_hundredths: int
    floor: int
    price_minor: int
    sold_at: dt.datetime | None = None


class Stock:
    """Flats by project and type, sold one after another."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.flats: dict[tuple[str, str], list[Flat]] = {}
        for kind in cast.FLATS:
            self.flats[kind.project, kind.product_type] = [_flat(kind, index, rng) for index in range(kind.count)]

    def is_sold_out(self, project: str, product_type: str, day: dt.date) -> bool:
        """Tell whether no flat of the type is left on the day; a type the project never had is not sold out."""
        flats = self.flats.get((project, product_type), [])
        return bool(flats) and all(flat.sold_at and flat.sold_at.date() <= day for flat in flats)

    def sell(self, project: str, product_type: str, at: dt.datetime) -> Flat | None:
        """Take the first free flat of the type, else of any other in the project."""
        others = [key for key in self.flats if key[0] == project and key[1] != product_type]
        for key in [(project, product_type), *others]:
            flats = self.flats.get(key, [])
            for index, flat in enumerate(flats):
                if flat.sold_at is None:
                    flats[index] = replace(flat, sold_at=at)
                    return flats[index]
        return None

    def usual_price(self, project: str, product_type: str) -> int:
        """Return the middle price of the type in the project (minor units), or of the whole project."""
        flats = self.flats.get((project, product_type)) or [
            flat for (name, _), group in self.flats.items() if name == project for flat in group
        ]
        return sorted(flat.price_minor for flat in flats)[len(flats) // 2]

    def rows(self, source: str) -> list[ProductRow]:
        """Return every flat as a row to take in, with its status at the end of the history."""
        return [
            ProductRow(
                source=source, source_id=flat.source_id, name=flat.source_id, project=flat.kind.project,
                product_type=flat.kind.product_type, rooms=flat.kind.rooms, area_hundredths=flat.area_hundredths,
                floor=flat.floor, price_minor=flat.price_minor, currency=cast.CURRENCY,
                status="sold" if flat.sold_at else "available",
            )
            for group in self.flats.values()
            for flat in group
        ]  # fmt: skip


def _flat(kind: cast.FlatKind, index: int, rng: np.random.Generator) -> Flat:
    area = round(float(rng.uniform(*kind.area)) * 100)
    floor = 1 + index % 12
    metre = kind.price_of_square_metre * (1 + 0.006 * floor) * float(rng.normal(1, 0.03))
    code = f"{kind.project.split()[-1][0]}{kind.product_type[0].upper()}-{index + 1:03d}"
    return Flat(code, kind, area, floor, round(metre * area / 100) * 100)
