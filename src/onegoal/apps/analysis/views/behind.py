"""The list behind any figure: the very records it was counted from."""

from __future__ import annotations

from typing import Any, Literal

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.kept_pages import kept_until_change
from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.analysis.columns import show_row
from onegoal.apps.analysis.forms import Address, read_address, read_choice
from onegoal.apps.analysis.queries.asked import ask_each
from onegoal.apps.analysis.queries.behind import records_of
from onegoal.apps.analysis.record_columns import columns_of
from onegoal.apps.analysis.views.common import Choice, before_any_data, page_context
from onegoal.apps.analysis.words import refusal_words
from onegoal.apps.facts.queries import data_version, members
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable, PageOfRows, Query, Table
from onegoal.metrics.catalogue import METRICS, Metric
from onegoal.metrics.errors import QuestionRefused
from onegoal.metrics.question import Answer, Question
from onegoal.metrics.results import MemberList

Part = Literal["numerator", "denominator"]
PARTS: tuple[Part, ...] = ("numerator", "denominator")


@requires(Right.SEE_FIGURES)
@requires(Right.SEE_PEOPLE)
@require_GET
@kept_until_change(data_version)
def behind(request: HttpRequest) -> HttpResponseBase:
    """The records of one metric in the days and filters of the figure that led here, newest first."""
    address = read_address(request, now=timezone.now(), compare="none")
    name = address.params.get("metric", "")
    if name not in METRICS or METRICS[name].kind == "cohort":
        return _refused(request, _("There is no list behind this figure."), 404)
    metric = METRICS[name]
    if metric.needs_costs and not address.asked.sees_costs:
        raise PermissionDenied
    if address.recorded is None:
        return before_any_data(request, address, _(metric.title), _("The list fills as soon as data comes in."))
    word, problems = read_choice(address.params, "part", PARTS)
    part: Part = "denominator" if word == "denominator" else "numerator"
    question = address.asked.question(name)
    try:
        table = _table(request, address, question, part, members(question, {}, part=part, limit=1))
    except QuestionRefused as refusal:
        return _refused(request, refusal_words(refusal), 400)
    context = page_context(
        request,
        address,
        metric=_(metric.title),
        words=_(metric.words),
        figure=_figure(question),
        parts=_parts(address, metric, part),
        table=table,
    )
    context["problems"] = (*address.problems, *problems)
    return respond(request, "analysis/behind.html", context, table)


def _table(request: HttpRequest, address: Address, question: Question, part: Part, first: MemberList) -> BoundTable:
    user: User = request.user  # type: ignore[assignment]

    def fetch(query: Query) -> PageOfRows:
        if not query.limit:
            return PageOfRows([], first.total)
        page = members(question, {}, part=part, limit=query.limit, offset=query.offset)
        return PageOfRows(records_of(user, page.entity, page.ids), first.total)

    table = Table(
        key=f"behind-{first.entity}",
        columns=columns_of(first.entity, sees_costs=address.asked.sees_costs),
        stacks=True,
        empty_title=_("Nothing was counted here"),
        empty_text=_("The figure is nought in these days and filters."),
    )
    return table.bind(request, fetch)


def _figure(question: Question) -> Any:
    answer = ask_each([question])[question]
    if not isinstance(answer, Answer) or len(answer.rows) != 1:
        return None
    return show_row(answer.rows[0], METRICS[question.metric], answer.currency)


def _parts(address: Address, metric: Metric, chosen: Part) -> list[Choice]:
    """What stands above and below the line of a rate, a cost or a time, to choose between."""
    if metric.way:
        labels = {"denominator": _("Started"), "numerator": _("Arrived")}
    elif metric.denominator and metric.denominator != metric.numerator:
        upper, lower = metric.measures
        labels = {"numerator": capfirst(_(upper.title)), "denominator": capfirst(_(lower.title))}
    else:
        return []
    return [Choice(key, label, address.changed(part=key, columns=None), key == chosen) for key, label in labels.items()]


def _refused(request: HttpRequest, reason: str, status: int) -> HttpResponse:
    return render(request, "analysis/refused.html", {"reason": reason}, status=status)
