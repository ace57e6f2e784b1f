"""What formulas may call by name: the person's own figures and values, those of team and company, the plan, the shared KPI."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.utils.translation import gettext, gettext_noop

from onegoal.apps.pay.models import SchemeMember
from onegoal.apps.planning.models import PLANNED_MONEY, PlannedMetric
from onegoal.core.formulas import BANDED, FUNCTIONS
from onegoal.core.shared_kpi import KINDS
from onegoal.metrics.catalogue import METRICS, Metric

FLOWS: Final = frozenset({"count", "money"})
_RATIOS: Final = frozenset({"rate", "mean", "share_of_money"})
_COSTS: Final = frozenset({"cost", "return"})
BY_DEAL: Final = ("deals_won", "money_signed", "gross_margin")
BY_PAYMENT: Final = ("money_received", "payments")
ITEMISED: Final = frozenset({*BY_DEAL, *BY_PAYMENT})
"""Figures counted deal by deal or payment by payment, so that a deal may belong to several and a line has its sources."""

_PART_TITLES: Final = {
    "attainment": gettext_noop("Shared KPI at the end of the month, of its whole period"),
    "attainment_pace": gettext_noop("Shared KPI at the end of the month, against the share of its working days gone"),
    "attainment_deals": gettext_noop("Shared KPI: signed deals"),
    "attainment_average_price": gettext_noop("Shared KPI: average price"),
    "attainment_mix": gettext_noop("Shared KPI: product mix"),
    "attainment_cash": gettext_noop("Shared KPI: money received"),
}


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name for the builder: `unit` is count, money, share, ratio, score, seconds or number; title and words are translated.

    `group` is person, own, reviewer, team, company, plan, goal or part.
    """

    key: str
    title: str
    words: str
    unit: str
    group: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A name of a figure taken apart: whose (own, reviewer, team, company) and which metric of the catalogue."""

    group: str
    metric: Metric


def known_names(values: Iterable[str] = ()) -> list[KnownName]:
    """Return every name a formula may use, in the order of a list: the person's values first, `values` among them."""
    people = dict.fromkeys(("base", *sorted(set(values) | set(_values_in_use())), *_targets()))
    return [
        *(KnownName(key, _title_of_value(key), "", unit_of_value(key), "person") for key in people),
        *(_of_metric(metric, "own") for metric in _figures("seller")),
        *(_of_metric(metric, "reviewer") for metric in _figures("reviewer")),
        *(_of_metric(metric, "team") for metric in _figures("team")),
        *(_of_metric(metric, "company") for metric in _figures("")),
        *(KnownName(f"plan_{one.value}", str(one.label), "", _unit_of_plan(one), "plan") for one in PlannedMetric),
        *(KnownName(key, gettext(title), "", "share", "goal") for key, title in _PART_TITLES.items()),
    ]


def names_for(formula_names: Iterable[str], values: Iterable[str] = ()) -> frozenset[str]:
    """Return the keys that are known, and among those asked for the free values of a person (`value_…`)."""
    free = {name for name in formula_names if name.startswith("value_") and len(name) > len("value_")}
    return frozenset({known.key for known in known_names(values)} | free)


@cache
def asked_figure(name: str) -> Asked | None:
    """Return whose figure a name means and which; None for values, plan, attainment and earlier parts."""
    for group, prefix, dimension in _PREFIXES:
        if name.startswith(prefix):
            metric = METRICS.get(name[len(prefix) :])
            if metric and _is_counted(metric, dimension):
                return Asked(group, metric)
    return None


def is_result(name: str) -> bool:
    """Tell whether a name hangs on results: a figure or the shared KPI, not the person's values nor the plan."""
    return name in _PART_TITLES or asked_figure(name) is not None


def is_shared_result(name: str) -> bool:
    """Tell whether a name hangs on what the whole company reaches."""
    figure = asked_figure(name)
    return name in _PART_TITLES or (figure is not None and figure.group == "company")


def is_money_value(key: str) -> bool:
    """Tell whether a person's value is money, in minor units: `base`, `base_…`, `target_` of money, `…_money`."""
    metric = METRICS.get(key.removeprefix("target_")) if key.startswith("target_") else None
    is_target = metric is not None and metric.unit == "money"
    return is_target or key == "base" or key.startswith("base_") or key.endswith("_money")


def unit_of_value(key: str) -> str:
    """Return what a person's value is counted in: money, the unit of the metric it is a target of, else number."""
    if is_money_value(key):
        return "money"
    metric = METRICS.get(key.removeprefix("target_"))
    return metric.unit if metric and key.startswith("target_") else "number"


def known_functions() -> dict[str, str]:
    """Return the functions by name, each with how many arguments it takes ("3", "2-20")."""
    plain = {name: str(few) if few == many else f"{few}-{many}" for name, (few, many) in FUNCTIONS.items()}
    return plain | dict.fromkeys(BANDED, "2-50")


_PREFIXES: Final = (
    ("team", "team_", "team"),
    ("company", "company_", ""),
    ("reviewer", "reviewer_", "reviewer"),
    ("own", "", "seller"),
)


def _figures(dimension: str) -> list[Metric]:
    return [metric for metric in METRICS.values() if _is_counted(metric, dimension)]


@cache
def _is_counted(metric: Metric, dimension: str) -> bool:
    if metric.kind in _COSTS:
        return not dimension
    return metric.kind in FLOWS | _RATIOS and (not dimension or dimension in metric.dimensions)


def _of_metric(metric: Metric, group: str) -> KnownName:
    prefix = "" if group == "own" else f"{group}_"
    return KnownName(prefix + metric.name, gettext(metric.title), gettext(metric.words), metric.unit, group)


def _targets() -> list[str]:
    return [f"target_{metric.name}" for metric in _figures("seller") if metric.kind in FLOWS]


def _title_of_value(key: str) -> str:
    metric = METRICS.get(key.removeprefix("target_")) if key.startswith("target_") else None
    if metric:
        return gettext("Target: %(figure)s") % {"figure": gettext(metric.title)}
    return gettext("Fixed pay of the month") if key == "base" else key.removeprefix("value_").replace("_", " ")


def _unit_of_plan(planned: PlannedMetric) -> str:
    return "money" if planned in PLANNED_MONEY else "count"


def _values_in_use() -> set[str]:
    return {key for values in SchemeMember.objects.values_list("values", flat=True) for key in values}


GOAL_NAMES: Final = frozenset(_PART_TITLES)
GOAL_PARTS: Final = tuple(f"attainment_{kind}" for kind in KINDS)
