"""Columns of what a conversion cost and what the spend brought, for every table that joins spend to credit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from onegoal.apps.attribution.queries.asked import Asked
from onegoal.apps.attribution.queries.costs import CostLine
from onegoal.apps.attribution.words import COST_WORDS, model_name
from onegoal.apps.shell import figures
from onegoal.apps.shell.cells import Column
from onegoal.metrics.attributed import ATTRIBUTED, COST_OF

MANIFOLD = 10
"""From so many times the spend on, a tenth of a per cent says nothing."""

LineOf = Callable[[Any], CostLine | None]


class ReturnColumn(Column):
    """A return on spend: whole per cent where it is manifold."""

    def show_value(self, value: Any, *, is_too_few: bool = False) -> str:
        """Return the share as per cent."""
        return (
            super().show_value(None)
            if value is None
            else figures.show_percent(value, 1 if abs(value) < MANIFOLD else 0)
        )


class MoveColumn(Column):
    """Money with its sign: how much a group would gain or lose."""

    def show_value(self, value: Any, *, is_too_few: bool = False) -> str:
        """Return the amount with a plus where it would grow."""
        if value is None:
            return super().show_value(None)
        shown = figures.show_money(value, self.currency, style="whole")
        return shown if value <= 0 else type(shown)(shown.replace(">", ">+", 1))


def cost_columns(
    asked: Asked, currency: str, line_of: LineOf, *, model: str = "", visible: bool = True
) -> list[Column]:  # fmt: skip
    """What one conversion cost and, where it is worth money, what the spend brought; named after `model` where given."""
    end, cost = f"_{model}" if model else "", ATTRIBUTED[COST_OF[asked.conversion]]
    columns = [
        Column(
            f"cost{end}", _named(str(COST_WORDS[asked.conversion]), model), "money", value=_reader(line_of, "cost"),
            visible=visible, currency=currency, hint=_(cost.words),
        ),
    ]  # fmt: skip
    if asked.has_margin:
        label = _("ROMI, %(model)s") % {"model": model_name(model)} if model else _("ROMI")
        romi = ATTRIBUTED["attributed_romi"]
        value, hint = _reader(line_of, "romi"), _(romi.words)
        columns.append(ReturnColumn(f"return{end}", label, "percent", value=value, visible=visible, hint=hint))
    elif asked.has_money:
        roas = ATTRIBUTED["attributed_roas"]
        label, value = _named(_(roas.title), model), _reader(line_of, "roas")
        columns.append(Column(f"roas{end}", label, "multiple", value=value, visible=visible, hint=_(roas.words)))
    return columns


def share_column(key: str, name: str, line_of: LineOf) -> Column:
    """The share of spend or of credit, as the catalogue calls it."""
    metric = ATTRIBUTED[name]
    return Column(key, _(metric.title), "percent", value=_reader(line_of, name), hint=_(metric.words))


def move_column(currency: str, line_of: LineOf, model: str, *, is_main: bool) -> Column:
    """By how much the budget would move; of other models than the main one hidden until it is chosen."""
    metric = ATTRIBUTED["would_move"]
    label = _(metric.title) if is_main else _("Would move, %(model)s") % {"model": model_name(model)}
    return MoveColumn(
        f"move_{model}", label, "money", value=_reader(line_of, "would_move"), visible=is_main, currency=currency,
        hint=_(metric.words),
    )  # fmt: skip


def _reader(line_of: LineOf, name: str) -> Callable[[Any], Any]:
    def read(row: Any) -> Any:
        line = line_of(row)
        return None if line is None else getattr(line, name)

    return read


def _named(figure: str, model: str) -> str:
    if not model:
        return figure
    return _("%(figure)s, %(model)s") % {"figure": figure, "model": model_name(model)}
