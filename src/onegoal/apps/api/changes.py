"""Writes over the API, on the addresses of the lists: one lead or deal, or up to 500 rows with a fate for each."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja.responses import Status

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right
from onegoal.apps.api import incoming, outgoing, writes
from onegoal.apps.api.callers import writer
from onegoal.apps.api.records import leads_with_origin, router, worked
from onegoal.apps.audit.intake import Fate
from onegoal.apps.company.models import Pipeline
from onegoal.apps.marketing import services as marketing_services
from onegoal.apps.sales import queries as sales
from onegoal.apps.sales import services

Visible = Callable[[User], QuerySet[Any]]


@router.post("/leads", response={200: outgoing.LeadOut, 201: outgoing.LeadOut}, summary="Create or change a lead")
def create_lead(request: HttpRequest, body: incoming.LeadIn) -> Any:
    """Take one lead in; the pair of source and source_id names it for good. 201 when it is new, else 200."""
    return _take_one(request, body, services.take_in_leads, leads_with_origin)


@router.post("/deals", response={200: outgoing.DealOut, 201: outgoing.DealOut}, summary="Create or change a deal")
def create_deal(request: HttpRequest, body: incoming.DealIn) -> Any:
    """Take one deal in; 201 when it is new, else 200."""
    return _take_one(request, body, services.take_in_deals, worked(sales.visible_deals))


@router.post("/leads/batch", response=outgoing.BatchOut, summary="Create or change many leads")
def create_leads(request: HttpRequest, body: incoming.LeadRows) -> Any:
    """Take up to 500 leads in, each with its fate."""
    return _take_many(request, body.rows, services.take_in_leads, sales.visible_leads)


@router.post("/deals/batch", response=outgoing.BatchOut, summary="Create or change many deals")
def create_deals(request: HttpRequest, body: incoming.DealRows) -> Any:
    """Take up to 500 deals in, each with its fate."""
    return _take_many(request, body.rows, services.take_in_deals, sales.visible_deals)


@router.patch("/leads/{int:pk}", response=outgoing.LeadOut, summary="Change a lead")
def change_lead(request: HttpRequest, pk: int, body: incoming.LeadPatch, response: HttpResponse) -> Any:
    """Change the fields that are sent; a move to another stage is dated now. `If-Match` guards against a stale copy."""
    return _change(
        request,
        pk,
        body,
        response,
        leads_with_origin,
        Pipeline.LEAD,
        lambda lead, now: services.save_lead(lead=lead, now=now),
    )


@router.patch("/deals/{int:pk}", response=outgoing.DealOut, summary="Change a deal")
def change_deal(request: HttpRequest, pk: int, body: incoming.DealPatch, response: HttpResponse) -> Any:
    """Change the fields that are sent; a move to another stage is dated now. `If-Match` guards against a stale copy."""
    return _change(
        request,
        pk,
        body,
        response,
        worked(sales.visible_deals),
        Pipeline.DEAL,
        lambda deal, now: services.save_deal(deal=deal, now=now),
    )


@router.post("/payments", response=outgoing.BatchOut, summary="Take in payments")
def create_payments(request: HttpRequest, body: incoming.PaymentRows) -> Any:
    """Take in money received (`received_on`) or promised (`due_on`)."""
    now, caller = timezone.now(), writer(request, Right.WRITE_SALES)
    received = [row.received_on is not None for row in body.rows]
    taker = lambda rows: services.take_in_payments(rows=rows, now=now)  # noqa: E731
    fates: dict[int, Any] = {}
    for is_received, visible in ((True, sales.visible_payments), (False, sales.visible_schedule)):
        places = [place for place, one in enumerate(received) if one is is_received]
        if places:
            taken = writes.take_rows(
                caller=caller, bodies=[body.rows[at] for at in places], taker=taker, visible=visible
            )
            fates.update(zip(places, taken, strict=True))
    return writes.batch_answer([fates[place] for place in range(len(received))])


@router.post("/calls", response=outgoing.BatchOut, summary="Take in calls")
def create_calls(request: HttpRequest, body: incoming.CallRows) -> Any:
    """Take in telephone calls."""
    return _take_many(request, body.rows, services.take_in_calls, sales.visible_calls)


@router.post("/tasks", response=outgoing.BatchOut, summary="Take in tasks")
def create_tasks(request: HttpRequest, body: incoming.TaskRows) -> Any:
    """Take in tasks."""
    return _take_many(request, body.rows, services.take_in_tasks, sales.visible_tasks)


@router.post("/touches", response=outgoing.BatchOut, summary="Take in touches")
def create_touches(request: HttpRequest, body: incoming.TouchRows) -> Any:
    """Take in contacts with channels; they never create a person."""
    caller, now = writer(request, Right.IMPORT), timezone.now()
    batch = f"api-{uuid.uuid4().hex[:20]}"
    fates = writes.take_rows(
        caller=caller, bodies=body.rows,
        taker=lambda rows: marketing_services.take_in_touches(rows=rows, now=now, batch=batch),
    )  # fmt: skip
    return writes.batch_answer(fates)


def _take_one(request: HttpRequest, body: Any, service: Callable[..., Any], visible: Visible) -> Any:
    now, caller = timezone.now(), writer(request, Right.WRITE_SALES)
    taker = lambda rows: service(rows=rows, now=now)  # noqa: E731
    [fate] = writes.take_rows(caller=caller, bodies=[body], taker=taker, visible=visible)
    writes.refuse_rejected(fate)
    return Status(201 if fate.fate is Fate.CREATED else 200, visible(caller.user).get(pk=fate.record_id))


def _take_many(request: HttpRequest, rows: Sequence[Any], service: Callable[..., Any], visible: Visible) -> Any:
    now, caller = timezone.now(), writer(request, Right.WRITE_SALES)
    taker = lambda taken: service(rows=taken, now=now)  # noqa: E731
    return writes.batch_answer(writes.take_rows(caller=caller, bodies=rows, taker=taker, visible=visible))


def _change(
    request: HttpRequest, pk: int, body: Any, response: HttpResponse, visible: Visible, pipeline: str,
    save: Callable[..., Any],
) -> Any:  # fmt: skip
    changed = writes.change_record(
        caller=writer(request, Right.WRITE_SALES), visible=visible, pk=pk, changes=body.model_dump(exclude_unset=True),
        if_match=request.headers.get("If-Match", ""), pipeline=pipeline, save=save, now=timezone.now(),
    )  # fmt: skip
    response["ETag"] = writes.etag_of(changed)
    return changed
