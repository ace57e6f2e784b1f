"""Products as rows from outside describe them, and as leads and deals name them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from onegoal.apps.audit.bulk import Batch, fate_of, find_by_source, name_key, one_writer, take_in
from onegoal.apps.audit.checks import SMALLINT, check_custom, check_texts, check_whole, limits
from onegoal.apps.audit.intake import RowFate, RowRefused
from onegoal.apps.audit.services import record_change, snapshot
from onegoal.apps.company.models import Project
from onegoal.apps.company.money import check_money, settle_money
from onegoal.apps.company.services import find_or_create_projects
from onegoal.apps.products.intake import ProductRow
from onegoal.apps.products.models import Product, ProductStatus

_TEXTS = (
    *limits(Product, source="source", source_id="source_id", name="name", product_type="product_type"),
    *limits(Project, project="name"),
)


@dataclass(frozen=True, slots=True)
class ProductName:
    """How a row of `source` names a product: by id or by name, perhaps with its project and type."""

    source: str
    text: str
    project_id: int | None = None
    product_type: str = ""


@one_writer
def take_in_products(*, rows: Sequence[ProductRow], now: dt.datetime) -> list[RowFate]:
    """Create or change products by source id; one that a deal named before it was known is completed."""
    return take_in(rows, check=_check, settle=lambda sound: _settle(sound, now))


def find_or_create_products(*, names: Iterable[ProductName], now: dt.datetime) -> dict[ProductName, Product]:
    """Return the product each name means: by id of the same source, the only one by id elsewhere, by name, else a new one."""
    wanted = dict.fromkeys(name for name in names if name.text)
    if not wanted:
        return {}
    shelf = _Shelf({name.text for name in wanted})
    batch = Batch(Product, now=now)
    found = {}
    for name in wanted:
        product = shelf.find(name)
        if product is None:
            product = batch.add(Product(name=name.text, project_id=name.project_id, product_type=name.product_type))
            shelf.put(product)
        found[name] = product
    batch.save()
    return found


class _Shelf:
    """The stored products that texts may mean."""

    def __init__(self, texts: set[str]) -> None:
        self._by_id: dict[str, list[Product]] = {}
        self._by_name: dict[str, list[Product]] = {}
        for product in Product.objects.filter(source_id__in=texts).order_by("id"):
            self._by_id.setdefault(product.source_id, []).append(product)
        for product in Product.objects.filter(name__in=texts).order_by("id"):
            self.put(product)

    def put(self, product: Product) -> None:
        self._by_name.setdefault(product.name, []).append(product)

    def find(self, name: ProductName) -> Product | None:
        by_id = self._by_id.get(name.text, [])
        same = [product for product in by_id if product.source == name.source]
        if same or len(by_id) == 1:
            return (same or by_id)[0]
        namesakes = self._by_name.get(name.text, [])
        if name.project_id is None and len(namesakes) == 1:
            return namesakes[0]
        fitting = [one for one in namesakes if one.project_id == name.project_id]
        fitting += [one for one in namesakes if one.project_id is None]
        return fitting[0] if fitting else None


def _check(row: ProductRow) -> None:
    check_texts(row, _TEXTS)
    check_money("price", row.price_minor, row.currency)
    check_whole("area", row.area_hundredths, low=0)
    check_whole("rooms", row.rooms, low=0, high=SMALLINT)
    check_whole("floor", row.floor, low=-SMALLINT, high=SMALLINT)
    check_custom(row.custom)
    if not row.name.strip() and not row.source_id:
        raise RowRefused("name", "missing")
    if row.status and row.status not in ProductStatus.values:
        raise RowRefused("status", "unknown_status", value=row.status)


def _settle(rows: list[ProductRow], now: dt.datetime) -> list[RowFate | RowRefused]:
    priced = [row.currency for row in rows if row.price_minor is not None]
    currency = settle_money(currencies=priced, now=now)
    projects = find_or_create_projects(names=[row.project for row in rows], now=now)
    known = find_by_source(Product, [(row.source, row.source_id) for row in rows])
    waiting = _waiting(rows, known)
    batch = Batch(Product, now=now)
    fates: list[tuple[Product, bool, bool] | RowRefused] = []
    for row in rows:
        if row.price_minor is not None and not (row.currency or currency):
            fates.append(RowRefused("currency", "currency_missing"))
            continue
        key, project_id = (row.source, row.source_id), projects.get(name_key(row.project))
        product = known.get(key) or _adopt(row, project_id, waiting)
        is_new = product is None
        if product is None:
            product = batch.add(Product(source=row.source, source_id=row.source_id))
        if row.source_id:
            known[key] = product
        fates.append((product, is_new, batch.apply(product, _values(row, product, project_id, currency))))
    batch.save()
    return [
        one if isinstance(one, RowRefused) else fate_of(one[0].pk, is_new=one[1], is_changed=one[2]) for one in fates
    ]


def _waiting(rows: list[ProductRow], known: Mapping[tuple[str, str], Product]) -> dict[str, list[Product]]:
    """Products without a source, which leads and deals named, by name."""
    fresh = [row for row in rows if (row.source, row.source_id) not in known]
    texts = {text for row in fresh for text in (row.name.strip(), row.source_id) if text}
    waiting: dict[str, list[Product]] = {}
    for product in Product.objects.filter(source_id="", name__in=texts).order_by("id"):
        waiting.setdefault(product.name, []).append(product)
    return waiting


def _adopt(row: ProductRow, project_id: int | None, waiting: dict[str, list[Product]]) -> Product | None:
    for text in (row.source_id, row.name.strip()):
        for product in waiting.get(text, []):
            if project_id is None or product.project_id in (None, project_id):
                waiting[text].remove(product)
                return product
    return None


def _values(row: ProductRow, product: Product, project_id: int | None, currency: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "source": row.source if row.source_id else None,
        "source_id": row.source_id or None,
        "name": row.name.strip() or (None if product.name else row.source_id),
        "project_id": project_id,
        "product_type": row.product_type.strip() or None,
        "rooms": row.rooms,
        "area_hundredths": row.area_hundredths,
        "floor": row.floor,
        "price_minor": row.price_minor,
        "currency": (row.currency or currency) if row.price_minor is not None else None,
        "status": row.status or None,
        "custom": {**product.custom, **row.custom} if row.custom else None,
    }
    return {name: value for name, value in told.items() if value is not None}


@transaction.atomic
def set_product_status(*, product: Product, status: str, now: dt.datetime) -> Product:
    """Say that a product is available, reserved, sold or withdrawn; the object given is brought up to date too."""
    stored = Product.objects.select_for_update().get(pk=product.pk)
    before = snapshot(stored)
    stored.status = ProductStatus(status)
    stored.save(update_fields=["status", "updated_at"])
    record_change(record=stored, before=before, now=now)
    product.status = stored.status
    return stored
