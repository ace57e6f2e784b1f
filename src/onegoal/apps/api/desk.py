"""Leads over the API as the desk gives them out: taken by a colleague, or given to one."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field, StrictInt

from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.api.callers import writer
from onegoal.apps.api.incoming import In, NoBody
from onegoal.apps.api.outgoing import LeadOut
from onegoal.apps.api.problems import Problem
from onegoal.apps.api.records import leads_with_origin
from onegoal.apps.api.refusals import refuse_form
from onegoal.apps.api.writes import etag_of, locked
from onegoal.apps.desk.forms import AssignForm
from onegoal.apps.desk.inbox_table import TAKERS
from onegoal.apps.desk.queries.inbox import claimable
from onegoal.apps.desk.services import assign_lead
from onegoal.apps.sales.queries import visible_leads

router = Router(tags=["leads"])


class AssignIn(In):
    """To whom a lead is given; who may not assign gives away own leads only, with a reason."""

    seller_id: StrictInt
    reason: Annotated[str, Field(max_length=300)] = ""


class AssignedOut(Schema):
    """Whose a lead is by now, and by when it is to be answered."""

    id: int
    seller_id: int | None
    team_id: int | None
    assigned_at: dt.datetime | None
    response_due_at: dt.datetime | None


@router.post("/leads/{int:pk}/claim", response=LeadOut, summary="Take a lead")
def claim(request: HttpRequest, pk: int, body: NoBody, response: HttpResponse) -> Any:
    """Take a lead nobody has. Who comes second is told by 409 who was first, and when."""
    caller = writer(request, Right.WRITE_SALES)
    if caller.user.role not in TAKERS:
        raise Problem(403, "right_missing", "Your role takes no leads.")
    with transaction.atomic():
        lead = locked(claimable(caller.user), pk)
        assign_lead(lead=lead, seller=caller.user, now=timezone.now(), is_claim=True)
    taken = leads_with_origin(caller.user).get(pk=pk)
    response["ETag"] = etag_of(taken)
    return taken


@router.post("/leads/{int:pk}/assign", response=AssignedOut, summary="Give a lead to a colleague")
def assign(request: HttpRequest, pk: int, body: AssignIn, response: HttpResponse) -> Any:
    """Give a lead with its open tasks to a colleague and start its clock; `If-Match` guards against a stale copy."""
    caller = writer(request, Right.WRITE_SALES)
    may_assign = has_right(caller.user, Right.ASSIGN)
    leads = visible_leads(caller.user)
    with transaction.atomic():
        lead = locked(
            leads if may_assign else leads.filter(seller=caller.user), pk, if_match=request.headers.get("If-Match", "")
        )
        said = {"seller": body.seller_id, "reason": body.reason}
        form = AssignForm(said, today=timezone.localdate(), needs_reason=not may_assign)
        refuse_form(form, seller="seller_id")
        given = assign_lead(
            lead=lead, seller=form.cleaned_data["seller"], reason=form.cleaned_data["reason"], now=timezone.now()
        )
    response["ETag"] = etag_of(given)
    return given
