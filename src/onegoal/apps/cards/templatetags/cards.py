"""The tags a card is put together with."""

from __future__ import annotations

from typing import Any

from django import template
from django.db import models

from onegoal.apps.cards.panels import Of, Panel, Place, panels_of, render

register = template.Library()


@register.inclusion_tag("cards/panels.html", takes_context=True)
def panels(context: template.Context, of: Of, place: Place, record: models.Model) -> dict[str, Any]:
    """Show the panels of one column of a card; those that have nothing to show leave no trace."""
    request = context["request"]
    shown: list[tuple[Panel, str]] = [(one, render(one, request, record)) for one in panels_of(of, place)]
    return {"panels": [(one, html) for one, html in shown if html.strip()]}
