"""Reservations of products, discounts that somebody must approve, and agencies' clients over the API."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import AwareDatetime, Field, StrictInt

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.callers import writer
from onegoal.apps.api.incoming import In, Minor, NoBody, Text
from onegoal.apps.api.listing import add_list, found, named_locked
from onegoal.apps.api.pages import Narrow
from onegoal.apps.api.refusals import refuse_form
from onegoal.apps.board.forms import RegistrationForm
from onegoal.apps.board.models import Discount, DiscountState, RegistrationState, Reservation
from onegoal.apps.board.queries.agencies import visible_registrations
from onegoal.apps.board.services import (
    ask_discount,
    decide_discount,
    find_or_create_agency,
    register_client,
    release_reservation,
    reserve_product,
)
from onegoal.apps.board.views.agencies import ruling_in_words
from onegoal.apps.products.models import Product
from onegoal.apps.products.queries import visible_products
from onegoal.apps.sales.queries import visible_deals

router = Router(tags=["deals"])
_OF_RESERVATIONS = (Narrow("deal_id", "deal_id"), Narrow("product_id", "product_id"))
_OF_DISCOUNTS = (Narrow("deal_id", "deal_id"), Narrow("state", "state", tuple(DiscountState.values)))
_OF_REGISTRATIONS = (
    Narrow("agency_id", "agency_id"),
    Narrow("person_id", "person_id"),
    Narrow("state", "state", tuple(RegistrationState.values)),
)


class ReservationIn(In):
    """A product kept for a deal; without `until` as long as the company agreed."""

    deal_id: StrictInt
    product_id: StrictInt
    until: AwareDatetime | None = None


class ReservationOut(Schema):
    """A product kept for a deal until a moment; `end` tells how it ended: expired, released or sold."""

    id: int
    deal_id: int
    product_id: int
    author_id: int | None
    reserved_at: dt.datetime
    until: dt.datetime
    ended_at: dt.datetime | None
    end: str


class DiscountIn(In):
    """What is asked off a deal's list price, in minor units of its currency, and why."""

    deal_id: StrictInt
    amount_minor: Minor
    reason: Annotated[str, Field(max_length=300)]


class DiscountDecisionIn(In):
    """A refusal says why."""

    decision: Literal["approved", "refused"]
    answer: Annotated[str, Field(max_length=300)] = ""


class DiscountOut(Schema):
    id: int
    deal_id: int
    amount_minor: int
    currency: str
    reason: str
    state: str
    author_id: int | None
    asked_at: dt.datetime
    decided_by_id: int | None
    decided_at: dt.datetime | None
    answer: str


class RegistrationIn(In):
    """A client whom an agency brings; the agency by id, or by name when it may be new."""

    agency_id: StrictInt | None = None
    agency: Annotated[str, Field(max_length=300)] = ""
    phone: Text
    name: Annotated[str, Field(max_length=300)] = ""
    project_id: StrictInt | None = None
    note: Annotated[str, Field(max_length=300)] = ""


class RegistrationOut(Schema):
    """Whose client a person is until when, or why the registration was refused."""

    id: int
    agency_id: int
    person_id: int
    project_id: int | None
    state: str
    registered_at: dt.datetime
    protected_until: dt.datetime | None
    conflict: str
    note: str


class RegisteredOut(Schema):
    """A registration and what may be told the agency; a refused one is kept too: it shows who asked when."""

    registration: RegistrationOut
    verdict: str
    message: str


def _reservations(user: User) -> QuerySet[Reservation]:
    return Reservation.objects.filter(deal__in=visible_deals(user).values("pk"))


def _discounts(user: User) -> QuerySet[Discount]:
    return Discount.objects.filter(deal__in=visible_deals(user).values("pk"))


add_list(
    router, "/reservations", _reservations, ReservationOut, Right.SEE_PEOPLE, narrows=_OF_RESERVATIONS,
    summary="Reservations", says="List the reservations for deals the caller may see, ended ones too.",
)  # fmt: skip
add_list(
    router, "/discounts", _discounts, DiscountOut, Right.SEE_PEOPLE, narrows=_OF_DISCOUNTS,
    summary="Discounts", says="List the discounts asked on deals the caller may see.",
)  # fmt: skip
add_list(
    router, "/registrations", visible_registrations, RegistrationOut, Right.SEE_PEOPLE, narrows=_OF_REGISTRATIONS,
    summary="Agencies' clients", says="List the clients whom agencies registered.",
)  # fmt: skip


@router.post("/reservations", response={200: ReservationOut, 201: ReservationOut}, summary="Keep a product for a deal")
def reserve(request: HttpRequest, body: ReservationIn) -> Any:
    """Keep a product and take its price over; who comes second is told by 409 who was quicker, and until when."""
    user, now = writer(request, Right.WRITE_SALES).user, timezone.now()
    with transaction.atomic():
        deal = named_locked(visible_deals(user), body.deal_id, "deal_id")
        product: Product = named_locked(visible_products(user), body.product_id, "product_id")
        held = set(Reservation.objects.filter(deal=deal).values_list("pk", flat=True))
        until = body.until.astimezone(dt.UTC) if body.until else None
        made = reserve_product(deal=deal, product=product, author=user, until=until, now=now)
    return Status(200 if made.pk in held else 201, made)


@router.post("/reservations/{int:pk}/release", response=ReservationOut, summary="Let a reserved product go")
def release(request: HttpRequest, pk: int, body: NoBody) -> Any:
    """End a reservation: its product is for sale again."""
    user = writer(request, Right.WRITE_SALES).user
    return release_reservation(reservation=found(_reservations(user), pk), now=timezone.now())


@router.post("/discounts", response={201: DiscountOut}, summary="Ask for a discount")
def ask(request: HttpRequest, body: DiscountIn) -> Any:
    """Ask for something off the list price; within the free limit it is approved at once."""
    user = writer(request, Right.WRITE_SALES).user
    deal = named_locked(visible_deals(user), body.deal_id, "deal_id")
    made = ask_discount(deal=deal, amount_minor=body.amount_minor, reason=body.reason, author=user, now=timezone.now())
    return Status(201, made)


@router.post("/discounts/{int:pk}/decision", response=DiscountOut, summary="Approve or refuse a discount")
def decide(request: HttpRequest, pk: int, body: DiscountDecisionIn) -> Any:
    """Decide on a discount somebody else asked for."""
    user = writer(request, Right.APPROVE_DISCOUNTS).user
    return decide_discount(
        discount=found(_discounts(user), pk),
        is_approved=body.decision == "approved",
        answer=body.answer,
        author=user,
        now=timezone.now(),
    )


@router.post("/registrations", response={201: RegisteredOut}, summary="Register an agency's client")
def register(request: HttpRequest, body: RegistrationIn) -> Any:
    """Register a client: protected from now on or prolonged, or refused with a reason that names nobody."""
    user, now = writer(request, Right.WRITE_SALES).user, timezone.now()
    data = {**body.model_dump(), "agency": body.agency_id, "agency_name": body.agency, "project": body.project_id}
    form = RegistrationForm(data, user=user)
    refuse_form(form, project="project_id")
    said = form.cleaned_data
    with transaction.atomic():
        made = register_client(
            agency=said["agency"] or find_or_create_agency(name=said["agency_name"], now=now), phone=said["phone"],
            name=said["name"], project=said["project"], note=said["note"], author=user, now=now,
        )  # fmt: skip
    ruling = made.ruling
    answer = {"verdict": ruling.verdict.value, "message": ruling_in_words(ruling), "registration": made.registration}
    return Status(201, answer)
