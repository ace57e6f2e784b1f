"""The stock: the price list with who keeps what until when, and houses floor by floor."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.board.models import Reservation
from onegoal.apps.board.queries.stock import floors_of, stock
from onegoal.apps.company.queries import visible_projects
from onegoal.apps.products.models import Product, ProductStatus
from onegoal.apps.sales.queries import visible_deals
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import Column, Filter, Table
from onegoal.core.money import Money


def _held(product: Product) -> Reservation | None:
    return next(iter(getattr(product, "held", [])), None)


def _price(product: Product) -> Money | None:
    is_known = product.price_minor is not None and len(product.currency) == 3
    return Money(product.price_minor or 0, product.currency) if is_known else None


def _price_of_area(product: Product) -> Money | None:
    """The price of a square metre, in whole minor units."""
    if not (price := _price(product)) or not product.area_hundredths:
        return None
    return Money(round(price.minor * 100 / product.area_hundredths), price.currency)


def _columns(visible: set[int]) -> tuple[Column, ...]:
    def deal_url(product: Product) -> str | None:
        held = _held(product)
        return reverse("board:deal", args=[held.deal_id]) if held and held.deal_id in visible else None

    def until(product: Product) -> Any:
        held = _held(product)
        return held and held.until

    def keeper(product: Product) -> Any:
        held = _held(product)
        return held and (held.deal.seller or held.author)

    return (
        Column("name", _("product")),
        Column("project", _("project"), value="project.name", order_by="project__name"),
        Column("product_type", _("type")),
        Column("rooms", _("rooms"), kind="number"),
        Column(
            "area", _("area, m²"), kind="number", digits=2, order_by="area_hundredths",
            value=lambda one: one.area_hundredths / 100 if one.area_hundredths is not None else None,
        ),
        Column("floor", _("floor"), kind="number"),
        Column("price", _("price"), kind="money", value=_price, order_by="price_minor"),
        Column("price_of_area", _("price of 1 m²"), kind="money", value=_price_of_area, sortable=False),
        Column("status", _("status"), value=lambda one: one.get_status_display(), order_by="status"),
        Column("until", _("kept until"), kind="moment", value=until, sortable=False, link=deal_url),
        Column("keeper", _("kept by"), value=keeper, sortable=False),
    )  # fmt: skip


@requires(Right.SEE_PEOPLE)
@require_GET
def stock_page(request: HttpRequest) -> HttpResponseBase:
    """Every product with its price and status."""
    user: User = request.user  # type: ignore[assignment]
    rows = stock(user)
    kept = Reservation.objects.filter(ended_at=None).values("deal")
    visible = set(visible_deals(user).filter(pk__in=kept).values_list("pk", flat=True))
    types = rows.exclude(product_type="").order_by("product_type").values_list("product_type", flat=True).distinct()
    rooms = rows.exclude(rooms=None).order_by("rooms").values_list("rooms", flat=True).distinct()
    projects = visible_projects(user).order_by("name").values_list("pk", "name")
    table = Table(
        key="stock", title=_("Stock"), columns=_columns(visible), default_sort="name", search=["name"], stacks=True,
        filters=[
            Filter("project", _("project"), [(str(pk), name) for pk, name in projects]),
            Filter("product_type", _("type"), [(one, one) for one in types]),
            Filter("rooms", _("rooms"), [(str(one), str(one)) for one in rooms]),
            Filter("status", _("status"), ProductStatus.choices),
        ],
        empty_title=_("No products yet"), empty_text=_("Products come with an import of the price list."),
    ).bind(request, rows)  # fmt: skip
    return respond(request, "board/stock.html", {"table": table, "view": "list"}, table)


@requires(Right.SEE_PEOPLE)
@require_GET
def floors(request: HttpRequest) -> HttpResponse:
    """One project floor by floor."""
    user: User = request.user  # type: ignore[assignment]
    projects = list(visible_projects(user).filter(products__floor__isnull=False).distinct().order_by("name"))
    wanted = request.GET.get("project", "")
    chosen = next((one for one in projects if str(one.pk) == wanted), projects[0] if projects else None)
    shown = floors_of(stock(user).filter(project=chosen)) if chosen else []
    counts = {value: 0 for value in ProductStatus.values}
    for floor in shown:
        for product in floor.products:
            counts[product.status] += 1
    statuses = [(value, label, counts[value]) for value, label in ProductStatus.choices]
    context = {"projects": projects, "chosen": chosen, "floors": shown, "statuses": statuses, "view": "floors"}
    return render(request, "board/floors.html", context)
