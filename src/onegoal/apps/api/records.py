"""Records over the API: lists and details, always through the `visible_…` queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from ninja import Router

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right
from onegoal.apps.api import outgoing
from onegoal.apps.api.completeness import note_completeness
from onegoal.apps.api.listing import add_detail, add_list
from onegoal.apps.company.queries import visible_projects
from onegoal.apps.marketing.queries import visible_spend
from onegoal.apps.people.queries import visible_people
from onegoal.apps.products.queries import visible_products
from onegoal.apps.sales import queries as sales

router = Router(tags=["records"])
Visible = Callable[[User], QuerySet[Any]]


def worked(visible: Visible) -> Visible:
    """Return leads or deals with what their answers need."""
    return lambda user: visible(user).select_related("stage")


def leads_with_origin(user: User) -> QuerySet[Any]:
    """Return the leads the user may see with what their answers need."""
    return sales.visible_leads(user).select_related("stage", "origin", "person", "score")


def _people(user: User) -> QuerySet[Any]:
    return visible_people(user).prefetch_related("identifiers")


def _spend(user: User) -> QuerySet[Any]:
    return visible_spend(user).select_related("origin")


def _add(
    name: str, one: str, visible: Visible, out: type, right: Right, *, is_sourced: bool = True,
    prepare: Callable[[list[Any]], None] | None = None,
) -> None:  # fmt: skip
    """Add the list and the detail of one kind of record."""
    add_list(
        router, f"/{name}", visible, out, right, summary=f"List {name}", says="", is_sourced=is_sourced, prepare=prepare
    )  # fmt: skip
    add_detail(router, f"/{name}", visible, out, right, summary=f"One {one}", says="", is_sourced=is_sourced)


_add("people", "person", _people, outgoing.PersonOut, Right.SEE_PEOPLE)
_add("leads", "lead", leads_with_origin, outgoing.LeadOut, Right.SEE_PEOPLE, prepare=note_completeness)
_add("deals", "deal", worked(sales.visible_deals), outgoing.DealOut, Right.SEE_PEOPLE)
_add("payments", "payment", sales.visible_payments, outgoing.PaymentOut, Right.SEE_PEOPLE)
_add("products", "product", visible_products, outgoing.ProductOut, Right.SEE_PEOPLE)
_add("calls", "call", sales.visible_calls, outgoing.CallOut, Right.SEE_PEOPLE)
_add("tasks", "task", sales.visible_tasks, outgoing.TaskOut, Right.SEE_PEOPLE)
_add("spend", "spend_row", _spend, outgoing.SpendOut, Right.SEE_COSTS)
_add("projects", "project", visible_projects, outgoing.ProjectOut, Right.SEE_FIGURES, is_sourced=False)
