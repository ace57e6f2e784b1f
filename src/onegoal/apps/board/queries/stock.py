"""The stock: products with who keeps them until when, those that can be chosen for a deal, and houses floor by floor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.board.models import Reservation
from onegoal.apps.products.models import Product, ProductStatus
from onegoal.apps.products.queries import visible_products

_MOST_CHOICES = 60
_WIDEST_FLOOR = 60


def stock(user: User) -> QuerySet[Product]:
    """Return the products the user may see, each with its running reservation in `held`."""
    running = Reservation.objects.filter(ended_at=None).select_related("author", "deal__seller")
    rows = visible_products(user).select_related("project")
    return rows.prefetch_related(Prefetch("reservations", queryset=running, to_attr="held"))


def choices_for(user: User, wanted: Mapping[str, int | str | None]) -> list[Product]:
    """Return the products for sale that fit: `project`, `product_type`, `rooms`, `floor_from`, `floor_to`, `price_to` (minor)."""
    lookups = {
        "project": "project_id", "product_type": "product_type", "rooms": "rooms", "floor_from": "floor__gte",
        "floor_to": "floor__lte", "price_to": "price_minor__lte", "name": "name__icontains",
    }  # fmt: skip
    rows = visible_products(user).filter(status=ProductStatus.AVAILABLE).select_related("project")
    rows = rows.filter(**{lookups[key]: value for key, value in wanted.items() if value not in (None, "")})
    return list(rows.order_by("price_minor", "name", "pk")[:_MOST_CHOICES])


@dataclass(frozen=True)
class Floor:
    """One floor of a house with its products by name."""

    number: int
    products: list[Product]


def floors_of(products: Iterable[Product]) -> list[Floor]:
    """Return the floors of a house, the highest first; products without a floor are left out."""
    floors: dict[int, list[Product]] = {}
    for product in products:
        if product.floor is not None:
            floors.setdefault(product.floor, []).append(product)
    return [
        Floor(number, sorted(floors[number], key=_place)[:_WIDEST_FLOOR]) for number in sorted(floors, reverse=True)
    ]


def _place(product: Product) -> tuple[int, str]:
    """Flat 9 stands before flat 10."""
    return len(product.name), product.name
