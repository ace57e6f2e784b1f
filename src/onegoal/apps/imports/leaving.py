"""Records leave as files whose columns are the fields an import knows, so that they can come back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from django.db.models import QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.imports.fields import Kind
from onegoal.apps.marketing.models import Origin, Spend
from onegoal.apps.people.models import Person
from onegoal.apps.products.models import Product
from onegoal.apps.sales.models import Call, Deal, Lead, Payment, ScheduledPayment, Task
from onegoal.core.money import minor_digits

CHUNK_ROWS = 2000
HANDLES: Final = ("phone", "email", "telegram", "whatsapp", "vk", "instagram", "facebook", "visitor")
MARKS: Final = (
    "channel",
    "source",
    "medium",
    "campaign",
    "creative",
    "keyword",
    "landing_page",
    "referrer",
    "click_id",
)
WORK: Final = (
    "project", "product", "product_type", "seller", "team", "agency", "region", "segment", "stage", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class Leaving:
    """How one kind of record leaves: its columns, where its rows come from, and what each cell holds."""

    columns: tuple[str, ...]
    sources: tuple[Callable[[], QuerySet[Any]], ...]
    cells: Callable[[Any], Mapping[str, object]]


def rows_of(kind: str) -> Iterator[list[object]]:
    """Yield every record of a kind as one row of cells in the order of its columns, in constant memory."""
    leaving = LEAVING[Kind(kind)]
    for source in leaving.sources:
        for record in source().order_by("pk").iterator(chunk_size=CHUNK_ROWS):
            cells = {"id": record.source_id or record.pk, "record_source": record.source, **leaving.cells(record)}
            yield [cells.get(column) for column in leaving.columns]


def header_of(kind: str) -> tuple[str, ...]:
    """Return the column names of a kind's file."""
    return LEAVING[Kind(kind)].columns


def money(minor: int | None, currency: str) -> Decimal | None:
    """Return an amount as people write it, exact."""
    return None if minor is None else Decimal(minor).scaleb(-minor_digits(currency or "EUR"))


def _person(person: Person | None) -> dict[str, object]:
    if person is None:
        return {}
    cells: dict[str, object] = {"name": person.name, "crm_id": person.source_id}
    cells["organisation"] = person.organisation.name if person.organisation else ""
    for identifier in person.identifiers.all():
        cells.setdefault(identifier.kind, identifier.value)
    return cells


def _marks(origin: Origin) -> dict[str, object]:
    return {
        "channel": origin.given_channel, "source": origin.utm_source, "medium": origin.medium, "campaign": origin.campaign,
        "creative": origin.creative, "keyword": origin.keyword, "landing_page": origin.landing_page,
        "referrer": origin.referrer_host, "click_id": origin.click_id,
    }  # fmt: skip


def _work(record: Lead | Deal) -> dict[str, object]:
    named = {name: getattr(record, name) for name in ("project", "product", "seller", "team", "agency", "stage")}
    cells: dict[str, object] = {name: value.name if value else "" for name, value in named.items()}
    plain = {name: getattr(record, name) for name in ("product_type", "region", "segment", "reason")}
    return {**_person(record.person), **cells, **plain}


def _lead(lead: Lead) -> dict[str, object]:
    own = {name: getattr(lead, name) for name in ("created_at", "request_type", "outcome", "first_response_at", "note")}
    return {**_work(lead), **_marks(lead.origin), **own}


def _deal(deal: Deal) -> dict[str, object]:
    own = {name: getattr(deal, name) for name in ("opened_at", "won_at", "lost_at", "title", "currency")}
    amounts = {
        "amount": money(deal.amount_minor, deal.currency),
        "margin": money(deal.margin_minor, deal.currency),
    }
    return {**_work(deal), **own, **amounts, "lead": deal.lead.source_id if deal.lead else ""}


def _payment(payment: Payment | ScheduledPayment) -> dict[str, object]:
    return {
        "deal": payment.deal.source_id,
        "amount": money(payment.amount_minor, payment.currency),
        "currency": payment.currency,
        "received_on": getattr(payment, "received_on", None),
        "due_on": getattr(payment, "due_on", None),
    }


def _spend(spend: Spend) -> dict[str, object]:
    names = ("day", "currency", "product_type", "region", "impressions", "clicks")
    own = {name: getattr(spend, name) for name in names}
    project = spend.project.name if spend.project else ""
    return {**_marks(spend.origin), **own, "project": project, "amount": money(spend.amount_minor, spend.currency)}


def _product(product: Product) -> dict[str, object]:
    own = {name: getattr(product, name) for name in ("name", "product_type", "rooms", "floor", "currency", "status")}
    area = None if product.area_hundredths is None else Decimal(product.area_hundredths) / 100
    price = money(product.price_minor, product.currency)
    return {**own, "project": product.project.name if product.project else "", "area": area, "price": price}


def _call(call: Call) -> dict[str, object]:
    names = ("started_at", "direction", "is_answered", "wait_seconds", "talk_seconds", "topic", "rating", "recording")
    own = {name: getattr(call, name) for name in names}
    seller = call.seller.name if call.seller else ""
    return {**_person(call.person), **own, "seller": seller, "lead": call.lead.source_id if call.lead else ""}


def _task(task: Task) -> dict[str, object]:
    own = {name: getattr(task, name) for name in ("title", "created_at", "kind", "due_at", "done_at", "result")}
    own["assignee"] = task.assignee.name if task.assignee else ""
    ids = {name: record.source_id if (record := getattr(task, name)) else "" for name in ("lead", "deal")}
    return {**_person(task.person), **own, **ids}


def _customer(person: Person) -> dict[str, object]:
    return {**_person(person), "region": person.region, "segment": person.segment}


def _colleague(user: User) -> dict[str, object]:
    return {"name": user.name, "email": user.email, "role": user.role, "team": user.team.name if user.team else ""}


def _with_person(queryset: QuerySet[Any]) -> QuerySet[Any]:
    return queryset.select_related("person__organisation").prefetch_related("person__identifiers")


def _worked(queryset: QuerySet[Any], *more: str) -> QuerySet[Any]:
    return _with_person(queryset).select_related("project", "product", "seller", "team", "agency", "stage", *more)


_OWN = ("id", "record_source")
_CUSTOMER = ("name", *HANDLES, "crm_id", "organisation")
LEAVING: Final[Mapping[Kind, Leaving]] = MappingProxyType(
    {
        Kind.LEADS: Leaving(
            (*_OWN, "created_at", *_CUSTOMER, *MARKS, "request_type", *WORK, "outcome", "first_response_at", "note"),
            (lambda: _worked(Lead.objects.all(), "origin"),),
            _lead,
        ),
        Kind.DEALS: Leaving(
            (*_OWN, "opened_at", "won_at", "lost_at", "amount", "margin", "currency", "lead", "title", *_CUSTOMER, *WORK),
            (lambda: _worked(Deal.objects.all(), "lead"),),
            _deal,
        ),
        Kind.PAYMENTS: Leaving(
            (*_OWN, "deal", "amount", "currency", "received_on", "due_on"),
            (
                lambda: Payment.objects.select_related("deal"),
                lambda: ScheduledPayment.objects.select_related("deal"),
            ),
            _payment,
        ),
        Kind.SPEND: Leaving(
            (*_OWN, "day", "amount", "currency", *MARKS, "project", "product_type", "region", "impressions", "clicks"),
            (lambda: Spend.objects.select_related("origin", "project"),),
            _spend,
        ),
        Kind.PRODUCTS: Leaving(
            (*_OWN, "name", "project", "product_type", "rooms", "area", "floor", "price", "currency", "status"),
            (lambda: Product.objects.select_related("project"),),
            _product,
        ),
        Kind.CALLS: Leaving(
            (
                *_OWN, "started_at", "direction", "is_answered", "wait_seconds", "talk_seconds", "seller", "lead", "topic",
                "rating", "recording", *_CUSTOMER,
            ),
            (lambda: _with_person(Call.objects.all()).select_related("seller", "lead"),),
            _call,
        ),
        Kind.TASKS: Leaving(
            (
                *_OWN, "title", "created_at", "kind", "assignee", "due_at", "done_at", "lead", "deal", "result", *_CUSTOMER,
            ),
            (lambda: _with_person(Task.objects.all()).select_related("assignee", "lead", "deal"),),
            _task,
        ),
        Kind.PEOPLE: Leaving(
            (*_OWN, *_CUSTOMER, "region", "segment", "role", "team"),
            (
                lambda: Person.objects.select_related("organisation").prefetch_related("identifiers"),
                lambda: User.objects.select_related("team"),
            ),
            lambda record: _customer(record) if isinstance(record, Person) else _colleague(record),
        ),
    }
)  # fmt: skip


def kinds() -> Iterable[str]:
    """Return the kinds of record that can leave."""
    return [kind.value for kind in LEAVING]
