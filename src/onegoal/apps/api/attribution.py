"""Attribution over the API: figures by model, paths, and published figures with what is different about them since."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from ninja import Router

from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.api.callers import Caller, figures_reader
from onegoal.apps.api.figures import DAYS, read_day
from onegoal.apps.api.listing import found
from onegoal.apps.api.pages import check_parameters, page_of, parameter, parameters_of
from onegoal.apps.api.problems import Problem
from onegoal.apps.attribution.models import Publication, Restatement
from onegoal.apps.attribution.queries.asked import CONVERSIONS, DIMENSIONS, LONGEST_WINDOW, WORTHS, Asked
from onegoal.apps.attribution.queries.costs import costs_of
from onegoal.apps.attribution.queries.data import present_data
from onegoal.apps.attribution.queries.documents import costs_document, figures_of
from onegoal.apps.attribution.queries.figures import MODELS, journeys_of
from onegoal.apps.attribution.queries.paths import paths_of
from onegoal.apps.attribution.queries.publications import visible_publications
from onegoal.apps.facts.queries import scope_of
from onegoal.core.attribution.journeys import DAY

router = Router(tags=["attribution"])
MOST_PATHS = 200
_ASKED = ("conversion", "value", "window_days", "dimension", "from", "to", "steps", "overlapping", "half_life_days",
          "markov_share")  # fmt: skip
_PARAMETERS = [
    parameter("conversion", type="string", enum=list(CONVERSIONS), default="deal"),
    parameter("value", type="string", enum=list(WORTHS), default="amount"),
    parameter("window_days", type="integer", minimum=1, maximum=LONGEST_WINDOW, default=30),
    parameter("dimension", type="string", enum=list(DIMENSIONS), default="channel"),
    *DAYS,
    parameter("steps", type="boolean", default=False),
    parameter("overlapping", type="boolean", default=False),
    parameter("half_life_days", type="integer", minimum=1, default=7),
    parameter("markov_share", type="string", enum=["global", "per_journey"], default="global"),
]


@router.get("/figures", summary="Conversions and money by model and group", response=dict[str, Any],
            openapi_extra={"parameters": [*_PARAMETERS, parameter("model", type="string", enum=list(MODELS))]})  # fmt: skip
def figures(request: HttpRequest) -> Any:
    """Answer one question by every model or by one; money in minor units, spend and costs only for who may see costs.

    Of each group `costs` tell its spend, its shares of spend and credit, what a conversion cost, `romi` where the value is
    gross margin, `roas` (money per unit of spend) where it is other money, and by how much the budget would move.
    """
    caller = figures_reader(request, Right.SEE_FIGURES)
    check_parameters(request, (*_ASKED, "model"))
    model = request.GET.get("model")
    if model is not None and model not in MODELS:
        raise Problem(404, "model_unknown", "There is no such model.", field="model")
    sees_costs = has_right(caller.user, Right.SEE_COSTS)
    models = (model,) if model else MODELS
    asked, scope, data = _asked(request), scope_of(caller.user), present_data()
    costs = costs_of(asked, scope, models, sees_costs=sees_costs, data=data)
    told = figures_of(asked, scope, models, data, sees_costs=sees_costs).document
    return {**told, "costs": costs_document(costs) if costs else None}


@router.get("/paths", summary="The paths that led to conversions, the most frequent first", response=dict[str, Any],
            openapi_extra={"parameters": _PARAMETERS})  # fmt: skip
def paths(request: HttpRequest) -> Any:
    """List the most frequent paths; one without groups stands for conversions without a touch."""
    caller = figures_reader(request, Right.SEE_FIGURES)
    check_parameters(request, _ASKED)
    asked, scope = _asked(request), scope_of(caller.user)
    found, every = journeys_of(asked, scope), paths_of(asked, scope)
    rows = [
        {
            "path": list(one.groups), "conversions": one.conversions, "value": one.value if asked.has_money else None,
            "mean_days": round(one.mean_age / DAY, 3) if one.groups else None,
        }
        for one in every[:MOST_PATHS]
    ]  # fmt: skip
    return {
        "asked": asked.as_json(), "data_version": found.data_version, "currency": found.currency or None,
        "paths": len(every), "rows": rows,
    }  # fmt: skip


@router.get("/publications", summary="Published figures", response=dict[str, Any],
            openapi_extra=parameters_of())  # fmt: skip
def publications(request: HttpRequest) -> Any:
    """List published figures about records the caller may see."""
    caller = figures_reader(request, Right.SEE_FIGURES)
    return page_of(request, visible_publications(caller.user), lambda one: _publication(one, caller), is_sourced=False)


@router.get("/publications/{int:pk}", summary="One published figure", response=dict[str, Any])
def publication(request: HttpRequest, pk: int) -> Any:
    """Read figures as they were published."""
    caller = figures_reader(request, Right.SEE_FIGURES)
    check_parameters(request, ())
    return _publication(_one(caller, pk), caller)


@router.get("/publications/{int:pk}/restatements", summary="What is different now, and why", response=dict[str, Any],
            openapi_extra=parameters_of())  # fmt: skip
def restatements(request: HttpRequest, pk: int) -> Any:
    """List every figure of a publication that is different by the latest comparison; parts add up to now less was."""
    caller = figures_reader(request, Right.SEE_FIGURES)
    rows = Restatement.objects.filter(comparison=_one(caller, pk).comparisons.first())
    if not has_right(caller.user, Right.SEE_COSTS):
        rows = rows.exclude(model="")
    return page_of(request, rows.select_related("comparison"), _restatement, is_sourced=False)


def _one(caller: Caller, pk: int) -> Publication:
    publication: Publication = found(visible_publications(caller.user), pk)
    return publication


def _publication(one: Publication, caller: Caller) -> dict[str, Any]:
    figures = json.loads(one.figures)
    if not has_right(caller.user, Right.SEE_COSTS):
        figures["spend"] = None
    return {
        "id": one.pk, "name": one.name, "purpose": one.purpose, "published_at": one.published_at,
        "is_frozen": one.is_frozen, "data_version": one.data_version, "digest": one.digest, "figures": figures,
    }  # fmt: skip


def _restatement(row: Restatement) -> dict[str, Any]:
    return {
        "model": row.model or "spend", "group": row.group, "compared_at": row.comparison.compared_at,
        "data_version": row.comparison.data_version, "was_billionths": row.was_billionths,
        "now_billionths": row.now_billionths, "was_minor": row.was_minor, "now_minor": row.now_minor,
        "parts": row.parts,
    }  # fmt: skip


def _asked(request: HttpRequest) -> Asked:
    raw: dict[str, Any] = {name: request.GET[name] for name in _ASKED if name in request.GET}
    for name in ("window_days", "half_life_days"):
        if name in raw:
            raw[name] = _number(name, raw[name])
    for name in ("steps", "overlapping"):
        if name in raw:
            raw[name] = _flag(name, raw[name])
    for name, day in (("from", "start"), ("to", "end")):
        raw.pop(name, None)
        raw[day] = read_day(request, name)
    try:
        return Asked(**raw)
    except ValueError as error:
        raise Problem(422, "question_not_valid", f"{error}.") from None


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 6):
        raise Problem(400, "number_not_valid", f"{name} must be a whole number.", field=name)
    return int(text)


def _flag(name: str, text: str) -> bool:
    if text not in ("true", "false"):
        raise Problem(400, "flag_not_valid", f"{name} must be true or false.", field=name)
    return text == "true"
