"""The tags a card is put together with."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import template
from django.db import models
from django.urls import reverse

from onegoal.apps.cards.addresses import card_url
from onegoal.apps.cards.fields import CardField
from onegoal.apps.sales.models import Task
from onegoal.apps.shell.panels import Of, Panel, Place, panels_of, render

register = template.Library()


@register.inclusion_tag("cards/panels.html", takes_context=True)
def panels(context: template.Context, of: Of, place: Place, record: models.Model) -> dict[str, Any]:
    """Show the panels of one column of a card; those that have nothing to show leave no trace."""
    request = context["request"]
    shown: list[tuple[Panel, str]] = [(one, render(one, request, record)) for one in panels_of(of, place)]
    return {"panels": [(one, html) for one, html in shown if html.strip()]}


@register.inclusion_tag("cards/field_value.html")
def field_value(field: CardField, value: Any) -> dict[str, Any]:
    """Show what stands in a field of a card."""
    is_number = isinstance(value, Decimal)
    return {"value": value, "is_number": is_number, "is_long": field.name == "note"}


@register.inclusion_tag("cards/card_field.html")
def card_field(one: Any, wanted: Iterable[str], focus: str) -> dict[str, Any]:
    """Show a field of a card's form: marked when the stage asks for it, ready for typing when it was tapped."""
    if one.name == focus:
        one.field.widget.attrs["autofocus"] = True
    return {"one": one, "is_needed": one.name in wanted}


@register.simple_tag
def task_url(task: Task) -> str:
    """Return where a task leads: the card it is about, else the list of tasks."""
    record = task.lead or task.deal
    return card_url(record) if record else reverse("cards:tasks")
