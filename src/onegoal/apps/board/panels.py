"""What the board puts on cards: a deal's product, discounts, schedule, contract and fields; a lead's deals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.board.forms import ContractForm, DiscountForm, FieldsForm, money_text
from onegoal.apps.board.models import Discount
from onegoal.apps.board.queries.deals import active_reservation, approved_discount, deal_stages, schedule_of
from onegoal.apps.board.queries.settings import board_settings
from onegoal.apps.board.queries.stock import choices_for
from onegoal.apps.board.services.contracts import contract_problems
from onegoal.apps.company.models import StageKind
from onegoal.apps.company.queries import visible_projects
from onegoal.apps.products.queries import visible_products
from onegoal.apps.sales.models import Deal, Lead, Payment
from onegoal.apps.sales.queries import visible_deals
from onegoal.apps.shell.panels import Panel
from onegoal.core.money import parse_amount
from onegoal.core.payment_schedule import Part
from onegoal.core.problems import ValueProblem


@dataclass(frozen=True)
class Row:
    """One row of the schedule's editor, as its fields hold it."""

    due_on: str
    amount: str

    @classmethod
    def of(cls, part: Part, currency: str) -> Row:
        """Return the row of a part."""
        return cls(part.due_on.isoformat(), money_text(part.amount_minor, currency))


def stock_filter(asked: Mapping[str, str], deal: Deal) -> dict[str, int | str | None]:
    """Return what a search in the stock asks for; before anything is asked, the deal's own project and type."""

    def whole(name: str) -> int | None:
        text = asked.get(name, "").strip()
        return int(text) if text.lstrip("-").isascii() and text.lstrip("-").isdigit() and len(text) < 10 else None

    if not asked:
        return {"project": deal.project_id, "product_type": deal.product_type}
    return {
        "project": whole("project"), "product_type": _clean(asked, "product_type"), "rooms": whole("rooms"),
        "floor_from": whole("floor_from"), "floor_to": whole("floor_to"), "name": _clean(asked, "name"),
        "price_to": _price(asked.get("price_to", ""), deal.currency or "EUR"),
    }  # fmt: skip


def editor_rows(deal: Deal) -> list[Row]:
    """Return the rows of the schedule that may still be changed."""
    schedule = schedule_of(deal)
    return [Row.of(Part(row.due_on, row.amount_minor), row.currency) for row in schedule.rows[schedule.paid :]]


def fields_form(user: User, deal: Deal, data: Mapping[str, Any] | None = None) -> FieldsForm:
    """Return the form of what the card of every record does not hold; only those who give out work change the seller."""
    names = [name for name in ("seller", "margin_minor") if name != "seller" or has_right(user, Right.ASSIGN)]
    initial = {"seller": deal.seller_id, "margin_minor": money_text(deal.margin_minor, deal.currency)}
    return FieldsForm(data, deal=deal, names=names, user=user, needed=False, initial=initial)


def _clean(asked: Mapping[str, str], name: str) -> str:
    return asked.get(name, "").replace("\x00", "").strip()[:200]


def _price(text: str, currency: str) -> int | None:
    try:
        return min(parse_amount(text, currency), 2**62) if text.strip() else None
    except ValueProblem:
        return None


def _user(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]


def _may(request: HttpRequest, deal: Deal) -> bool:
    return has_right(_user(request), Right.WRITE_SALES) and not deal.won_at and not deal.lost_at


def _product(request: HttpRequest, deal: Deal) -> Mapping[str, Any] | None:
    user, held, may = _user(request), active_reservation(deal), _may(request, deal)
    limit = held and held.reserved_at + dt.timedelta(days=board_settings().reservation_days)
    products = visible_products(user)
    return {
        "held": held,
        "may_write": may,
        "may_extend": may and held and (has_right(user, Right.OVERRIDE) or held.until < (limit or held.until)),
        "until": timezone.localtime(max(held.until, limit) if limit else held.until).strftime("%Y-%m-%dT%H:%M")
        if held
        else "",
        "products": choices_for(user, stock_filter({}, deal)) if may else [],
        "projects": visible_projects(user).order_by("name"),
        "types": products.exclude(product_type="").order_by("product_type").values_list("product_type", flat=True)
        .distinct(),
    }  # fmt: skip


def _discounts(request: HttpRequest, deal: Deal) -> Mapping[str, Any] | None:
    user = _user(request)
    rows = list(Discount.objects.filter(deal=deal).select_related("author", "decided_by"))
    if deal.list_price_minor is None and not rows:
        return {"rows": [], "has_price": False}
    free = (deal.list_price_minor or 0) * board_settings().free_discount_bp // 10_000 - approved_discount(deal)
    return {
        "rows": rows,
        "has_price": deal.list_price_minor is not None,
        "approved": approved_discount(deal),
        "free": max(0, free),
        "form": getattr(request, "deal_discount_form", None) or DiscountForm(deal=deal),
        "may_ask": _may(request, deal) and deal.list_price_minor is not None
        and not any(row.state == "asked" for row in rows),
        "may_decide": has_right(user, Right.APPROVE_DISCOUNTS) and not deal.won_at and not deal.lost_at,
        "may_write": _may(request, deal),
        "user": user,
    }  # fmt: skip


def _schedule(request: HttpRequest, deal: Deal) -> Mapping[str, Any] | None:
    schedule = schedule_of(deal)
    may = has_right(_user(request), Right.WRITE_SALES) and not deal.lost_at and bool(deal.amount_minor)
    late = timezone.localdate()
    return {
        "schedule": schedule,
        "lines": [
            {"row": row, "is_paid": place < schedule.paid, "is_late": place >= schedule.paid and row.due_on < late}
            for place, row in enumerate(schedule.rows)
        ],
        "payments": Payment.objects.filter(deal=deal).order_by("received_on", "pk"),
        "rows": editor_rows(deal) if may else [],
        "may_write": may,
        "today": late.isoformat(),
    }


def _contract(request: HttpRequest, deal: Deal) -> Mapping[str, Any] | None:
    now = timezone.now()
    bound = getattr(request, "deal_contract_form", None)
    number = request.POST.get("number", "") if request.method == "POST" else ""
    first = {"number": number or deal.contract_number, "signed_on": timezone.localdate(now)}
    stage = next((one for one in deal_stages() if one.kind == StageKind.WON), None)
    may = _may(request, deal)
    problems = (
        contract_problems(deal, number="-", signed_on=timezone.localdate(now), stage=stage, now=now) if may else []
    )
    return {
        "form": bound or ContractForm(initial=first), "problems": problems, "may_sign": may,
        "may_cancel": bool(deal.won_at) and has_right(_user(request), Right.OVERRIDE),
        "back": next((one for one in deal_stages() if one.kind == StageKind.OPEN), None),
    }  # fmt: skip


def _fields(request: HttpRequest, deal: Deal) -> Mapping[str, Any] | None:
    user = _user(request)
    form = getattr(request, "deal_fields_form", None) or fields_form(user, deal)
    return {"form": form, "may_write": has_right(user, Right.WRITE_SALES), "is_open": form.is_bound}


def _deals_of_lead(request: HttpRequest, lead: Lead) -> Mapping[str, Any] | None:
    deals = list(visible_deals(_user(request)).filter(lead=lead).select_related("stage", "product"))
    may_open = has_right(_user(request), Right.WRITE_SALES) and not any(
        deal.won_at is None and deal.lost_at is None for deal in deals
    )
    return {"deals": deals, "may_open": may_open} if deals or may_open else None


PANELS = (
    Panel("deal-product", "deal", _("Product"), "board/panel_product.html", _product, order=10),
    Panel("deal-discounts", "deal", _("Discounts"), "board/panel_discounts.html", _discounts, order=20),
    Panel("deal-schedule", "deal", _("Payment schedule"), "board/panel_schedule.html", _schedule, order=30),
    Panel("deal-contract", "deal", _("Contract"), "board/panel_contract.html", _contract, order=40),
    Panel("deal-fields", "deal", _("Seller and margin"), "board/panel_fields.html", _fields, place="side", order=15),
    Panel("deals", "lead", _("Deals"), "board/panel_deals.html", _deals_of_lead, place="side", order=40),
)
