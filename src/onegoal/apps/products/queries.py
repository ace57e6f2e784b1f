"""Reads of products."""

from __future__ import annotations

from django.db.models import QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.reach import Width, reach_of
from onegoal.apps.products.models import Product


def visible_products(user: User) -> QuerySet[Product]:
    """Return the products of the projects the user may see."""
    reach = reach_of(user)
    return Product.objects.none() if reach.width is Width.NOTHING else Product.objects.filter(reach.projects())
