"""Figures over the API: the catalogue, and one question answered like the command line answers it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils.dateparse import parse_date
from ninja import Router

from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.api.callers import Caller, figures_reader
from onegoal.apps.api.pages import check_parameters, parameter
from onegoal.apps.api.problems import Problem
from onegoal.apps.facts.documents import answer_document, metric_document
from onegoal.apps.facts.queries import ask, scope_of
from onegoal.metrics.catalogue import METRICS, Metric
from onegoal.metrics.errors import QuestionRefused
from onegoal.metrics.question import Question

router = Router(tags=["figures"])
_TEXTS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
DAYS = [parameter("from", type="string", format="date"), parameter("to", type="string", format="date")]
_QUESTION = [parameter("by", **_TEXTS), *DAYS, parameter("where", **_TEXTS) | {"description": "dimension:value"}]


@router.get("", summary="Every metric with its words, unit, parts and dimensions", response=dict[str, Any])
def metrics(request: HttpRequest) -> Any:
    """List the catalogue; metrics of costs only where the caller may see costs."""
    caller = figures_reader(request, Right.SEE_FIGURES)
    check_parameters(request, ())
    return {"metrics": [metric_document(metric) for metric in METRICS.values() if _may_see(caller, metric)]}


@router.get("/{name}", summary="One figure", response=dict[str, Any], openapi_extra={"parameters": _QUESTION})
def metric(request: HttpRequest, name: str) -> Any:
    """Answer one question; money in minor units, rates with numerator, denominator and interval."""
    caller = figures_reader(request, Right.SEE_FIGURES)
    check_parameters(request, ("by", "from", "to", "where"))
    found = METRICS.get(name)
    if found is None:
        raise Problem(404, "metric_unknown", "There is no such metric.", field="name")
    if not _may_see(caller, found):
        raise Problem(403, "right_missing", "Your role may not see costs.")
    try:
        return answer_document(ask(_question(request, name, caller)))
    except QuestionRefused as refusal:
        raise Problem(422, refusal.code, refusal.message, errors=[dict(refusal.params)]) from None


def _may_see(caller: Caller, metric: Metric) -> bool:
    return not metric.needs_costs or has_right(caller.user, Right.SEE_COSTS)


def _question(request: HttpRequest, name: str, caller: Caller) -> Question:
    return Question(
        metric=name,
        by=tuple(request.GET.getlist("by")),
        start=read_day(request, "from"),
        end=read_day(request, "to"),
        where=tuple(_condition(text) for text in request.GET.getlist("where")),
        scope=scope_of(caller.user),
    )


def _condition(text: str) -> tuple[str, str | None]:
    dimension, colon, value = text.partition(":")
    if not colon:
        raise Problem(400, "where_not_valid", "Write where=dimension:value.", field="where")
    return dimension, value or None


def read_day(request: HttpRequest, name: str) -> dt.date | None:
    """Return a day of the address, None where it is left out. Raises: Problem 400."""
    text = request.GET.get(name)
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise Problem(400, "day_not_valid", f"{name} must be a day like 2026-01-31.", field=name)
    return day
