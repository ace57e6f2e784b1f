"""Products come by source id and complete what deals named before them."""

from __future__ import annotations

from tests.world import NOW, World, deal_row

from onegoal.apps.products.intake import ProductRow
from onegoal.apps.products.models import Product
from onegoal.apps.products.services import take_in_products
from onegoal.apps.sales.models import Deal
from onegoal.apps.sales.services import take_in_deals


def test_a_product_keeps_what_a_later_row_does_not_say(world: World) -> None:
    rows = [
        ProductRow(
            "stock", "7", "A-7", project="Old Mill", rooms=2, area_hundredths=5430, price_minor=9, currency="EUR"
        )
    ]
    assert [fate.fate.value for fate in take_in_products(rows=rows, now=NOW)] == ["created"]
    [fate] = take_in_products(rows=[ProductRow("stock", "7", "", status="sold")], now=NOW)
    product = Product.objects.get()
    assert (fate.fate.value, product.name, product.rooms, product.status) == ("updated", "A-7", 2, "sold")


def test_a_product_that_a_deal_named_first_is_completed(world: World) -> None:
    take_in_deals(rows=[deal_row("D", product="U-7")], now=NOW)
    take_in_products(rows=[ProductRow("stock", "U-7", "Two rooms with a view", project="Old Mill")], now=NOW)
    product = Deal.objects.get().product
    assert (product.source_id, product.name, Product.objects.count()) == ("U-7", "Two rooms with a view", 1)


def test_a_price_without_a_currency_is_refused_where_the_company_has_none(world: World) -> None:
    type(world.company).objects.update(currency="")
    [fate] = take_in_products(rows=[ProductRow("stock", "7", "A-7", price_minor=9)], now=NOW)
    assert (fate.column, fate.code) == ("currency", "currency_missing")


def test_a_number_of_rooms_beyond_reason_is_refused(world: World) -> None:
    [fate] = take_in_products(rows=[ProductRow("stock", "7", "A-7", rooms=40_000)], now=NOW)
    assert (fate.column, fate.code) == ("rooms", "too_large")
