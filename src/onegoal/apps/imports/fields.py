"""The catalogue of what a file can tell: the target fields of each kind of record."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What the rows of a file are; the same words on the command line and as sections of a map."""

    SPEND = "spend", _("Advertising costs")
    TOUCHES = "touches", _("Visits and other touches")
    LEADS = "leads", _("Leads")
    DEALS = "deals", _("Deals")
    PAYMENTS = "payments", _("Payments")
    PRODUCTS = "products", _("Products and units")
    CALLS = "calls", _("Calls")
    PEOPLE = "people", _("People: customers and colleagues")
    TASKS = "tasks", _("Tasks")


class Value(enum.Enum):
    """How a cell of a field is read."""

    TEXT = "text"
    MOMENT = "moment"
    DAY = "day"
    MONEY = "money"
    NUMBER = "number"
    INTEGER = "integer"
    DURATION = "duration"
    FLAG = "flag"
    CHOICE = "choice"
    CURRENCY = "currency"
    PHONE = "phone"
    EMAIL = "email"
    HANDLE = "handle"
    ID = "id"


@dataclass(frozen=True)
class Field:
    """One target of a mapping; `longest` is what the record holds, in characters."""

    key: str
    label: str | Promise
    value: Value = Value.TEXT
    is_required: bool = False
    longest: int = 200
    choices: str = ""


def _text(key: str, label: str | Promise, longest: int = 200) -> Field:
    return Field(key, label, longest=longest)


_ID = Field("id", _("Id of the row in its system"), Value.ID)
_CURRENCY = Field("currency", _("Currency"), Value.CURRENCY)
_MARKS = (
    _text("channel", _("Channel"), 80),
    _text("source", _("Source (utm_source)")),
    _text("medium", _("Medium (utm_medium)")),
    _text("campaign", _("Campaign"), 300),
    _text("creative", _("Creative or ad"), 300),
    _text("keyword", _("Keyword"), 300),
    _text("landing_page", _("Landing page"), 2000),
    _text("referrer", _("Referrer"), 2000),
    _text("click_id", _("Click id (gclid, yclid, fbclid)"), 1000),
)
_CONTACTS = (
    Field("phone", _("Phone"), Value.PHONE),
    Field("email", _("E-mail"), Value.EMAIL),
    Field("telegram", "Telegram", Value.HANDLE),
    Field("whatsapp", "WhatsApp", Value.HANDLE),
    Field("vk", "VK", Value.HANDLE),
    Field("instagram", "Instagram", Value.HANDLE),
    _text("facebook", "Facebook"),
    Field("crm_id", _("Id of the customer in its system"), Value.ID),
    Field("visitor", _("Id of the device on the site"), Value.ID, longest=300),
)
_PERSON = (_text("name", _("Customer's name"), 300), *_CONTACTS, _text("organisation", _("Customer's company"), 300))
_WORK = (
    _text("project", _("Project")),
    Field("product", _("Product or unit (name or id)"), Value.ID),
    _text("product_type", _("Product type"), 120),
    Field("seller", _("Sales manager (name, e-mail or id)"), Value.ID),
    _text("team", _("Team"), 120),
    _text("agency", _("Agency or broker"), 300),
    _text("region", _("Region")),
    _text("segment", _("Segment"), 120),
    _text("stage", _("Stage"), 120),
    _text("reason", _("Reason"), 300),
)


def _catalogue(*fields: Field) -> Mapping[str, Field]:
    return MappingProxyType({field.key: field for field in fields})


FIELDS: Final[Mapping[str, Mapping[str, Field]]] = MappingProxyType(
    {
        Kind.SPEND: _catalogue(
            Field("day", _("Day"), Value.DAY, is_required=True),
            Field("amount", _("Cost"), Value.MONEY, is_required=True),
            _CURRENCY,
            *_MARKS,
            _text("project", _("Project")),
            _text("product_type", _("Product type"), 120),
            _text("region", _("Region")),
            Field("impressions", _("Impressions"), Value.INTEGER),
            Field("clicks", _("Clicks"), Value.INTEGER),
            _ID,
        ),
        Kind.TOUCHES: _catalogue(
            Field("at", _("Moment"), Value.MOMENT, is_required=True),
            *_MARKS,
            *_CONTACTS,
            _text("kind", _("Kind of touch"), 40),
            _text("page", _("Page"), 2000),
            _text("project", _("Project")),
            _text("region", _("Region")),
            Field("sequence", _("Order within a moment"), Value.INTEGER),
            _ID,
        ),
        Kind.LEADS: _catalogue(
            _ID,
            Field("created_at", _("Came at"), Value.MOMENT, is_required=True),
            *_PERSON,
            *_MARKS,
            Field("request_type", _("Kind of request"), Value.CHOICE, choices="request_type"),
            *_WORK,
            Field("outcome", _("Outcome"), Value.CHOICE, choices="lead_outcome"),
            Field("first_response_at", _("First answer at"), Value.MOMENT),
            _text("note", _("Note"), 20_000),
        ),
        Kind.DEALS: _catalogue(
            _ID,
            Field("opened_at", _("Opened at"), Value.MOMENT),
            Field("amount", _("Amount"), Value.MONEY),
            _CURRENCY,
            Field("lead", _("Its lead (id)"), Value.ID),
            _text("title", _("Title"), 300),
            *_PERSON,
            *_WORK,
            Field("outcome", _("Outcome"), Value.CHOICE, choices="deal_outcome"),
            Field("won_at", _("Signed at"), Value.MOMENT),
            Field("lost_at", _("Lost at"), Value.MOMENT),
            Field("closed_at", _("Closed at (signed or lost, as its stage says)"), Value.MOMENT),
            Field("margin", _("Gross margin"), Value.MONEY),
            *_MARKS,
        ),
        Kind.PAYMENTS: _catalogue(
            Field("deal", _("Deal (id)"), Value.ID, is_required=True),
            Field("amount", _("Amount"), Value.MONEY, is_required=True),
            _CURRENCY,
            Field("received_on", _("Received on"), Value.DAY),
            Field("due_on", _("Due on"), Value.DAY),
            _ID,
        ),
        Kind.PRODUCTS: _catalogue(
            _ID,
            _text("name", _("Name or number"), 300),
            _text("project", _("Project")),
            _text("product_type", _("Product type"), 120),
            Field("rooms", _("Rooms"), Value.INTEGER),
            Field("area", _("Area, m²"), Value.NUMBER),
            Field("floor", _("Floor"), Value.INTEGER),
            Field("price", _("Price"), Value.MONEY),
            _CURRENCY,
            Field("status", _("Status"), Value.CHOICE, choices="status"),
        ),
        Kind.CALLS: _catalogue(
            _ID,
            Field("started_at", _("Started at"), Value.MOMENT, is_required=True),
            *_PERSON,
            Field("direction", _("Direction"), Value.CHOICE, choices="direction"),
            Field("is_answered", _("Answered"), Value.FLAG),
            Field("wait_seconds", _("Waited"), Value.DURATION),
            Field("talk_seconds", _("Talked"), Value.DURATION),
            Field("seller", _("Sales manager (name, e-mail or id)"), Value.ID),
            Field("lead", _("Its lead (id)"), Value.ID),
            _text("topic", _("Topic")),
            Field("rating", _("Rating"), Value.INTEGER),
            _text("recording", _("Recording (address)"), 500),
        ),
        Kind.PEOPLE: _catalogue(
            _ID,
            _text("name", _("Name"), 200),
            *_CONTACTS,
            _text("organisation", _("Company"), 300),
            _text("region", _("Region")),
            _text("segment", _("Segment"), 120),
            Field("role", _("Role (empty for a customer)"), Value.CHOICE, choices="role"),
            _text("team", _("Team (of a colleague)"), 120),
        ),
        Kind.TASKS: _catalogue(
            _ID,
            _text("title", _("Title"), 300),
            Field("created_at", _("Set at"), Value.MOMENT, is_required=True),
            Field("kind", _("Kind of task"), Value.CHOICE, choices="task_kind"),
            Field("assignee", _("Who does it (name, e-mail or id)"), Value.ID),
            Field("due_at", _("Due"), Value.MOMENT),
            Field("done_at", _("Done at"), Value.MOMENT),
            Field("lead", _("Its lead (id)"), Value.ID),
            Field("deal", _("Its deal (id)"), Value.ID),
            *_PERSON,
            _text("result", _("Result"), 300),
        ),
    }
)

WITH_STAGES: Final = frozenset({Kind.LEADS, Kind.DEALS})
"""Kinds whose rows may carry a dated way through stages."""
WITH_CUSTOM: Final = frozenset({Kind.LEADS, Kind.DEALS, Kind.PRODUCTS, Kind.PEOPLE})
"""Kinds whose records hold fields of the company's own."""
WITH_MONEY: Final = frozenset({Kind.SPEND, Kind.DEALS, Kind.PAYMENTS, Kind.PRODUCTS})
