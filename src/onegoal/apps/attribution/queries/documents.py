"""Figures of attribution as canonical JSON: the same question over the same version gives the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from onegoal.apps.attribution.queries.asked import Asked
from onegoal.apps.attribution.queries.costs import CostLine, Costs
from onegoal.apps.attribution.queries.data import Data
from onegoal.apps.attribution.queries.figures import credits_of, journeys_of, spent_of
from onegoal.core.attribution.models import Credits
from onegoal.metrics.question import Scope

BILLION = 1_000_000_000
DIGITS = 9
SPEND = ""
"""Stands for the model where a figure is spend."""

Cell = tuple[int, int]
"""Conversions in billionths and money in minor units."""


@dataclass(frozen=True)
class Figures:
    """The answer to one question by several models; `cells` are by (model, group), spend under (SPEND, group)."""

    document: dict[str, Any]
    cells: Mapping[tuple[str, str], Cell] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The canonical JSON."""
        return canonical(self.document)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON."""
        return digest_of(self.text)


def figures_of(asked: Asked, scope: Scope, models: Sequence[str], data: Data, *, sees_costs: bool = True) -> Figures:
    """Return the figures of one question over a version of the data."""
    found = journeys_of(asked, scope, data=data)
    credits = credits_of(asked, scope, tuple(models), data=data)
    spent = spent_of(asked, scope, sees_costs=sees_costs, data=data)
    journeys = found.journeys
    empty = journeys.lengths == 0
    document = {
        "asked": asked.as_json(), "scope": scope_json(scope), "data_version": data.version,
        "currency": found.currency or None, "conversions": int(journeys.conversions.sum()),
        "value": int(journeys.value.sum()) if asked.has_money else None,
        "unattributed": {
            "conversions": int(journeys.conversions[empty].sum()),
            "value": int(journeys.value[empty].sum()) if asked.has_money else None,
        },
        "elsewhere": dict(found.elsewhere),
        "models": {name: _model(journeys.groups, one, asked) for name, one in credits.items()},
        "spend": spent and {"currency": spent.currency or None, "by_group": dict(sorted(spent.by_group.items()))},
    }  # fmt: skip
    cells = {
        (name, group): (billionths(one.conversions[place]), int(one.value[place]))
        for name, one in credits.items()
        for place, group in enumerate(journeys.groups)
    }
    cells |= {(SPEND, group): (0, amount) for group, amount in (spent.by_group if spent else {}).items()}
    return Figures(document, {key: cell for key, cell in cells.items() if any(cell)})


def costs_document(costs: Costs) -> dict[str, Any]:
    """Return what groups cost by each model, as plain values; no part of what is published."""
    return {
        "currency": costs.currency or None,
        "elsewhere": list(costs.elsewhere),
        "models": {
            model: {group: _costs(line) for group, line in own.items()} for model, own in costs.by_model.items()
        },
    }


def canonical(document: Mapping[str, Any]) -> str:
    """Return JSON with sorted names and no spaces, and a line end."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False) + "\n"


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def billionths(value: float) -> int:
    """Return a number of conversions in billionths."""
    return round(float(value) * BILLION)


def scope_json(scope: Scope) -> dict[str, list[int] | None]:
    """Return whose records as plain values that `read_scope` reads back."""
    limits = {"seller_ids": scope.seller_ids, "team_ids": scope.team_ids, "project_ids": scope.project_ids}
    return {name: None if ids is None else sorted(ids) for name, ids in limits.items()}


def read_scope(raw: Mapping[str, Sequence[int] | None]) -> Scope:
    """Read what `scope_json` wrote."""
    return Scope(**{name: None if ids is None else frozenset(ids) for name, ids in raw.items()})


def _model(groups: Sequence[str], credits: Credits, asked: Asked) -> dict[str, Any]:
    found: dict[str, Any] = {"conversions": _by_group(groups, credits.conversions)}
    if asked.has_money:
        found["value"] = {group: int(one) for group, one in zip(groups, credits.value, strict=True)}
    if credits.removal_effects is not None:
        found["removal_effects"] = _by_group(groups, credits.removal_effects)
    if credits.normalisation:
        found["normalisation"] = credits.normalisation
    return found


def _costs(line: CostLine) -> dict[str, Any]:
    ratios: dict[str, Decimal | None] = {
        "share_of_spend": line.share_of_spend, "share_of_credit": line.share_of_credit, "cost": line.cost,
        "romi": line.romi, "roas": line.roas,
    }  # fmt: skip
    return {
        "spend": line.spend, "would_move": line.would_move, "metric": line.metric,
        **{name: None if value is None else float(value) for name, value in ratios.items()},
    }  # fmt: skip


def _by_group(groups: Sequence[str], values: Any) -> dict[str, float]:
    # Added to nought so that a share of minus nought is written like any other nought.
    return {group: round(float(one), DIGITS) + 0.0 for group, one in zip(groups, values, strict=True)}
