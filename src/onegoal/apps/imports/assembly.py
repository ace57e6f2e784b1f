"""Puts the values of one row together into what the intake services take."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, Final

from onegoal.apps.accounts.intake import ColleagueRow
from onegoal.apps.company.models import Pipeline
from onegoal.apps.company.services import stage_kind
from onegoal.apps.imports.fields import Kind
from onegoal.apps.marketing.intake import OriginMarks, SpendRow, TouchRow
from onegoal.apps.people.intake import PersonRef, PersonRow
from onegoal.apps.products.intake import ProductRow
from onegoal.apps.sales.intake import CallRow, DealRow, LeadRow, PaymentRow, TaskRow
from onegoal.core.problems import ValueProblem

Values = Mapping[str, Any]
"""Values of a row by field; a field the row does not speak of is missing. `stages` and `custom` are among them."""
IntakeRow = (
    ColleagueRow | SpendRow | TouchRow | PersonRow | ProductRow | CallRow | DealRow | LeadRow | PaymentRow | TaskRow
)

_MARKS: Final = (
    "channel", "source", "medium", "campaign", "creative", "keyword", "landing_page", "referrer", "click_id",
    "request_type",
)  # fmt: skip
_CONTACTS: Final = ("phone", "email", "telegram", "whatsapp", "vk", "instagram")
_PLAIN_CONTACTS: Final = ("facebook", "visitor")
_WORK: Final = (
    "project", "product", "product_type", "seller", "team", "agency", "region", "segment", "stage", "outcome", "reason"
)  # fmt: skip
_AMOUNTS: Final = frozenset({"amount", "impressions", "clicks", "currency"})
_LARGEST_AREA: Final = 10**12


def content_key(kind: str, values: Values) -> str:
    """A stable id for a row that brings none: 96 bits of what it says.

    A day's advertising cost is known by everything but its figures, so a corrected figure updates the row.
    """
    left_out = _AMOUNTS if kind == Kind.SPEND else frozenset()
    said = sorted((key, value) for key, value in values.items() if key not in left_out)
    return hashlib.blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def assemble(kind: str, values: Values, *, source: str, source_id: str) -> IntakeRow:
    """The intake row of the given kind. Raises: ValueProblem for a row that lacks what its kind needs."""
    return _ASSEMBLERS[kind](values, source, source_id)


@lru_cache(maxsize=20_000)
def _marks_of(marks: tuple[str, ...]) -> OriginMarks:
    return OriginMarks(**dict(zip(_MARKS, marks, strict=True)))


def _marks(values: Values) -> OriginMarks:
    get = values.get
    return _marks_of(tuple([get(name) or "" for name in _MARKS]))


def _person(values: Values, source: str, *, name: str = "name") -> PersonRef:
    return PersonRef(
        name=values.get(name, ""),
        identifiers=_identifiers(values, source),
        organisation=values.get("organisation", ""),
    )


def _identifiers(values: Values, source: str) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    if "crm_id" in values:
        found.append(("crm", f"{source}:{values['crm_id']}"))
    for contact in _CONTACTS:
        if contact in values:
            found.extend(values[contact])
    found.extend((kind, values[kind]) for kind in _PLAIN_CONTACTS if kind in values)
    return tuple(found) if len(found) < 2 else tuple(dict.fromkeys(found))


def _work(values: Values) -> dict[str, Any]:
    return {name: values[name] for name in _WORK if name in values}


def _spend(values: Values, source: str, source_id: str) -> SpendRow:
    return SpendRow(
        source=source,
        source_id=source_id,
        day=values["day"],
        marks=_marks(values),
        amount_minor=values["amount"],
        currency=values["currency"],
        project=values.get("project", ""),
        product_type=values.get("product_type", ""),
        region=values.get("region", ""),
        impressions=_not_negative(values, "impressions"),
        clicks=_not_negative(values, "clicks"),
    )


def _touch(values: Values, source: str, source_id: str) -> TouchRow:
    return TouchRow(
        source=source,
        source_id=source_id,
        at=values["at"],
        marks=_marks(values),
        person=_identified(_identifiers(values, source)),
        kind=values.get("kind", "visit"),
        page=values.get("page", ""),
        project=values.get("project", ""),
        region=values.get("region", ""),
        sequence=_not_negative(values, "sequence") or 0,
    )


@lru_cache(maxsize=20_000)
def _identified(identifiers: tuple[tuple[str, str], ...]) -> PersonRef:
    return PersonRef(identifiers=identifiers)


def _lead(values: Values, source: str, source_id: str) -> LeadRow:
    return LeadRow(
        source=source,
        source_id=source_id,
        created_at=values["created_at"],
        person=_person(values, source),
        marks=_marks(values),
        request_type=values.get("request_type", ""),
        stages=values.get("stages", ()),
        first_response_at=values.get("first_response_at"),
        note=values.get("note", ""),
        custom=values.get("custom", {}),
        **_work(values),
    )


def _deal(values: Values, source: str, source_id: str) -> DealRow:
    closed = _closing(values)
    return DealRow(
        source=source,
        source_id=source_id,
        opened_at=values.get("opened_at"),
        person=_person(values, source),
        lead=values.get("lead", ""),
        title=values.get("title", ""),
        stages=values.get("stages", ()),
        won_at=values.get("won_at") or closed.get("won"),
        lost_at=values.get("lost_at") or closed.get("lost"),
        amount_minor=values.get("amount"),
        margin_minor=values.get("margin"),
        currency=values.get("currency", "") if {"amount", "margin"} & set(values) else "",
        marks=_marks(values),
        custom=values.get("custom", {}),
        **_work(values),
    )


def _closing(values: Values) -> dict[str, Any]:
    """A closing day means what the stage says; a deal still open has none, whatever day is planned."""
    if "closed_at" not in values:
        return {}
    meaning = stage_kind(pipeline=Pipeline.DEAL, text=values.get("outcome") or values.get("stage", ""))
    return {meaning: values["closed_at"]}


def _payment(values: Values, source: str, source_id: str) -> PaymentRow:
    received, due = values.get("received_on"), values.get("due_on")
    if (received is None) == (due is None):
        raise ValueProblem("payment_one_day", "")
    return PaymentRow(
        source=source,
        source_id=source_id,
        deal=values["deal"],
        amount_minor=values["amount"],
        currency=values["currency"],
        received_on=received,
        due_on=due,
    )


def _product(values: Values, source: str, source_id: str) -> ProductRow:
    name = values.get("name") or values.get("id")
    if not name:
        raise ValueProblem("name_missing", "")
    return ProductRow(
        source=source,
        source_id=source_id,
        name=name,
        project=values.get("project", ""),
        product_type=values.get("product_type", ""),
        rooms=_not_negative(values, "rooms", largest=32_767),
        area_hundredths=_hundredths(values.get("area")),
        floor=_small(values.get("floor")),
        price_minor=values.get("price"),
        currency=values.get("currency", "") if "price" in values else "",
        status=values.get("status", ""),
        custom=values.get("custom", {}),
    )


def _call(values: Values, source: str, source_id: str) -> CallRow:
    talked = values.get("talk_seconds")
    return CallRow(
        source=source,
        source_id=source_id,
        started_at=values["started_at"],
        person=_person(values, source),
        direction=values.get("direction", "in"),
        is_answered=values.get("is_answered", bool(talked)),
        wait_seconds=values.get("wait_seconds"),
        talk_seconds=talked,
        seller=values.get("seller", ""),
        lead=values.get("lead", ""),
        topic=values.get("topic", ""),
        rating=_not_negative(values, "rating"),
        recording=values.get("recording", ""),
    )


def _human(values: Values, source: str, source_id: str) -> PersonRow | ColleagueRow:
    """A colleague where the row names a role, else a customer."""
    role = values.get("role", "customer")
    if role == "customer":
        return _customer(values, source, source_id)
    emails = [value for kind, value in values.get("email", ()) if kind == "email"]
    name = values.get("name") or next(iter(emails), "") or values.get("id", "")
    if not name:
        raise ValueProblem("name_missing", "")
    team = values.get("team", "")
    return ColleagueRow(
        source=source, source_id=source_id, name=name, role=role, team=team, email=next(iter(emails), "")
    )


def _customer(values: Values, source: str, source_id: str) -> PersonRow:
    person = PersonRef(
        name=values.get("name", ""),
        identifiers=_identifiers(values, source),
        organisation=values.get("organisation", ""),
        region=values.get("region", ""),
        segment=values.get("segment", ""),
    )
    if not (person.name or person.identifiers or person.organisation):
        raise ValueProblem("name_missing", "")
    return PersonRow(source=source, source_id=source_id, person=person, custom=values.get("custom", {}))


def _task(values: Values, source: str, source_id: str) -> TaskRow:
    title = values.get("title") or values.get("kind")
    if not title:
        raise ValueProblem("name_missing", "")
    return TaskRow(
        source=source,
        source_id=source_id,
        title=title,
        created_at=values["created_at"],
        kind=values.get("kind", ""),
        assignee=values.get("assignee", ""),
        due_at=values.get("due_at"),
        done_at=values.get("done_at"),
        lead=values.get("lead", ""),
        deal=values.get("deal", ""),
        person=_person(values, source),
        result=values.get("result", ""),
    )


def _not_negative(values: Values, key: str, largest: int = 2**62) -> int | None:
    number = values.get(key)
    if number is not None and not 0 <= number <= largest:
        raise ValueProblem("number_out_of_range", number)
    return number


def _small(number: int | None) -> int | None:
    if number is not None and abs(number) > 32_767:
        raise ValueProblem("number_out_of_range", number)
    return number


def _hundredths(area: Decimal | None) -> int | None:
    if area is None:
        return None
    if not 0 <= area < _LARGEST_AREA:
        raise ValueProblem("number_out_of_range", area)
    return int((area * 100).to_integral_value(ROUND_HALF_UP))


_ASSEMBLERS: Final[Mapping[str, Callable[[Values, str, str], IntakeRow]]] = {
    Kind.SPEND: _spend,
    Kind.TOUCHES: _touch,
    Kind.LEADS: _lead,
    Kind.DEALS: _deal,
    Kind.PAYMENTS: _payment,
    Kind.PRODUCTS: _product,
    Kind.CALLS: _call,
    Kind.PEOPLE: _human,
    Kind.TASKS: _task,
}
