"""Columns of the lists behind figures, one set for each kind of record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from onegoal.apps.analysis.words import value_name
from onegoal.apps.shell.cells import Column
from onegoal.core.money import Money

_Read = Callable[[Any], Any]


def columns_of(entity: str, *, sees_costs: bool) -> list[Column]:
    """The columns of a list of `entity`; amounts of spend only for those who may see costs."""
    made = _COLUMNS[entity]()
    return [column for column in made if sees_costs or not (entity == "spend" and column.key in ("amount", "currency"))]


def _plain(key: str, label: Any, kind: Any = "text", value: str | _Read | None = None) -> Column:
    """A column that is not sorted by: the list comes from the warehouse, newest first."""
    return Column(key, label, kind, value, sortable=False)


def _person(path: str = "person") -> Column:
    def link(row: Any) -> str | None:
        pk = _read(row, f"{path}_id")
        return reverse("people:person", args=[pk]) if pk else None

    return Column("person", _("Person"), value=lambda row: _named(_read(row, path)), link=link, sortable=False)


def _read(row: Any, path: str) -> Any:
    for name in path.split("."):
        row = getattr(row, name, None)
    return row


def _channel(row: Any, path: str) -> str | None:
    channel = _read(row, path)
    return value_name("channel", channel) if channel else None


def _named(record: Any) -> str | None:
    return str(record) if record else None


def _amount(row: Any) -> Money | None:
    if row.amount_minor is None:
        return None
    return Money(row.amount_minor, row.currency) if row.currency else None


def _money() -> list[Column]:
    return [_plain("amount", _("Amount"), "money", _amount), _plain("currency", _("Currency"))]


def _lead_columns() -> list[Column]:
    return [
        _person(),
        _plain("created_at", _("Came"), "moment"),
        _plain("request_type", _("Request"), value=lambda row: row.get_request_type_display()),
        _plain("channel", _("Channel"), value=lambda row: _channel(row, "origin.channel")),
        _plain("source", _("Source"), value="origin.utm_source"),
        _plain("campaign", _("Campaign"), value="origin.campaign"),
        _plain("project", _("Project"), value="project.name"),
        _plain("product_type", _("Product type")),
        _plain("seller", _("Sales manager"), value="seller.name"),
        _plain("stage", _("Stage"), value="stage.name"),
        _plain("outcome", _("Outcome"), value=lambda row: row.get_outcome_display()),
        _plain("qualified_at", _("Qualified"), "moment"),
        _plain("reason", _("Reason")),
    ]


def _deal_columns() -> list[Column]:
    return [
        _person(),
        _plain("title", _("Deal")),
        _plain("opened_at", _("Opened"), "moment"),
        _plain("won_at", _("Signed"), "moment"),
        _plain("lost_at", _("Lost"), "moment"),
        *_money(),
        _plain("project", _("Project"), value="project.name"),
        _plain("product_type", _("Product type")),
        _plain("seller", _("Sales manager"), value="seller.name"),
        _plain("stage", _("Stage"), value="stage.name"),
        _plain("channel", _("Channel"), value=lambda row: _channel(row, "lead.origin.channel")),
    ]


def _of_deal(day: Column) -> list[Column]:
    return [
        _person("deal.person"),
        day,
        *_money(),
        _plain("deal", _("Deal"), value="deal.title"),
        _plain("project", _("Project"), value="deal.project.name"),
        _plain("seller", _("Sales manager"), value="deal.seller.name"),
    ]


def _spend_columns() -> list[Column]:
    return [
        _plain("day", _("Day"), "date"),
        _plain("channel", _("Channel"), value=lambda row: _channel(row, "origin.channel")),
        _plain("source", _("Source"), value="origin.utm_source"),
        _plain("campaign", _("Campaign"), value="origin.campaign"),
        _plain("creative", _("Creative"), value="origin.creative"),
        _plain("keyword", _("Keyword"), value="origin.keyword"),
        _plain("project", _("Project"), value="project.name"),
        *_money(),
        _plain("impressions", _("Impressions"), "number"),
        _plain("clicks", _("Clicks"), "number"),
    ]


def _call_columns() -> list[Column]:
    return [
        _person(),
        _plain("started_at", _("Started"), "moment"),
        _plain("direction", _("Direction"), value=lambda row: row.get_direction_display()),
        _plain("is_answered", _("Answered"), "flag"),
        _plain("talk_seconds", _("Talked"), "duration"),
        _plain("seller", _("Sales manager"), value="seller.name"),
        _plain("topic", _("Topic")),
    ]


def _task_columns() -> list[Column]:
    return [
        _plain("title", _("Task")),
        _person(),
        _plain("assignee", _("Whose"), value="assignee.name"),
        _plain("created_at", _("Set"), "moment"),
        _plain("due_at", _("Due"), "moment"),
        _plain("done_at", _("Done"), "moment"),
    ]


def _product_columns() -> list[Column]:
    return [
        _plain("name", _("Product")),
        _plain("project", _("Project"), value="project.name"),
        _plain("product_type", _("Type")),
        _plain("rooms", _("Rooms"), "number"),
        _plain("status", _("Status"), value=lambda row: row.get_status_display()),
    ]


def _touch_columns() -> list[Column]:
    def link(row: Any) -> str | None:
        return reverse("people:person", args=[row.person_id]) if row.person_id else None

    return [
        Column("device", _("Device"), link=link, sortable=False),
        _plain("at", _("When"), "moment"),
        _plain("channel", _("Channel"), value=lambda row: _channel(row, "channel")),
        _plain("source", _("Source")),
        _plain("campaign", _("Campaign")),
        _plain("page", _("Page")),
        _plain("kind", _("Kind")),
        _plain("is_known", _("Known person"), "flag", lambda row: row.person_id is not None),
    ]


def _rejection_columns() -> list[Column]:
    def state(row: Any) -> str | None:
        check = getattr(row, "check_of", None)
        return check.get_state_display() if check else None

    return [
        _person("lead.person"),
        _plain("at", _("Rejected"), "moment"),
        _plain("seller", _("Sales manager"), value="seller.name"),
        _plain("reason", _("Reason")),
        _plain("contradiction", _("Against the regulation"), value=lambda row: row.get_contradiction_display()),
        _plain("check", _("Check"), value=state),
        _plain("is_drawn", _("Drawn at random"), "flag", lambda row: _read(row, "check_of.is_drawn")),
        _plain("checked_at", _("Checked"), "moment", "check_of.checked_at"),
        _plain("working", _("Time spent"), "duration", "check_of.working_seconds"),
        _plain("returned_at", _("Returned"), "moment", "check_of.returned_at"),
    ]


def _review_columns() -> list[Column]:
    return [
        _person("call.person"),
        _plain("started_at", _("Call"), "moment", "call.started_at"),
        _plain("seller", _("Sales manager"), value="seller.name"),
        _plain("scorecard", _("Scorecard"), value=lambda row: _named(row.scorecard)),
        _plain("reviewer", _("Reviewer"), value="reviewer.name"),
        _plain("finished_at", _("Reviewed"), "moment"),
        _plain("score", _("Score"), "percent", lambda row: None if row.score_bp is None else row.score_bp / 10_000),
    ]


def _answer_columns() -> list[Column]:
    return [
        _person("review.call.person"),
        _plain("started_at", _("Call"), "moment", "review.call.started_at"),
        _plain("seller", _("Sales manager"), value="review.seller.name"),
        _plain("step", _("Step of the script"), value="question.step"),
        _plain("question", _("Question"), value="question.text"),
        _plain("value", _("Answer"), "number"),
        _plain("is_failed", _("Failed"), "flag"),
        _plain("text", _("Remark")),
        _plain("reviewer", _("Reviewer"), value="review.reviewer.name"),
    ]


def _mark_columns() -> list[Column]:
    return [
        _person("lead.person"),
        _plain("at", _("Marked"), "moment"),
        _plain("author", _("Sales manager"), value="author.name"),
        _plain("quality", _("Quality of the lead"), value=lambda row: row.get_quality_display()),
        _plain("objection", _("Objection"), value="objection.name"),
        _plain("channel", _("Channel"), value=lambda row: _channel(row, "lead.origin.channel")),
        _plain("campaign", _("Campaign"), value="lead.origin.campaign"),
        _plain("creative", _("Creative"), value="lead.origin.creative"),
    ]


def _card_field_columns() -> list[Column]:
    return [
        _person("record.person"),
        _plain("card", _("Card"), value=lambda row: value_name("card", row.card)),
        _plain("field", _("Field"), value=lambda row: value_name("field", row.field)),
        _plain("is_filled", _("Filled"), "flag"),
        _plain("seller", _("Sales manager"), value="record.seller.name"),
        _plain("stage", _("Stage"), value="record.stage.name"),
    ]


_COLUMNS: dict[str, Callable[[], list[Column]]] = {
    "lead": _lead_columns,
    "deal": _deal_columns,
    "payment": lambda: _of_deal(_plain("received_on", _("Received"), "date")),
    "schedule": lambda: _of_deal(_plain("due_on", _("Due"), "date")),
    "spend": _spend_columns,
    "call": _call_columns,
    "task": _task_columns,
    "product": _product_columns,
    "rejection": _rejection_columns,
    "review": _review_columns,
    "answer": _answer_columns,
    "mark": _mark_columns,
    "card_field": _card_field_columns,
    "touch": _touch_columns,
    "visitor": _touch_columns,
}
