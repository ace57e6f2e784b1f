"""How rows from outside describe products."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ProductRow:
    """One product; money in minor units, area in hundredths of a square metre; None means "the row does not say"."""

    source: str
    source_id: str
    name: str
    project: str = ""
    product_type: str = ""
    rooms: int | None = None
    area_hundredths: int | None = None
    floor: int | None = None
    price_minor: int | None = None
    currency: str = ""
    status: str = ""
    custom: dict[str, Any] = field(default_factory=dict)
