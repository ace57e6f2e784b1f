"""What a version would say of the leads of a period, before it is signed: counts, clauses, and the leads that change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.regulation import jobs
from onegoal.apps.regulation.models import Regulation, Result, Trial
from onegoal.apps.regulation.services import begin_trial, run_trial
from onegoal.apps.regulation.services.trials import MOST_CHANGES, digest_of
from onegoal.apps.regulation.views.common import find_regulation, lead_url, read_clauses, user_of
from onegoal.apps.sales.queries import visible_leads
from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.figures import Rate
from onegoal.apps.shell.period import PeriodChoice, read_period
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable, Filter, PageOfRows, Query, Table
from onegoal.core.statistics import wilson

AT_ONCE = 3_000
"""So many leads are judged while the reader waits; more go to a job that shows how far it is."""
_WORDS = {1: Result.QUALIFIES.label, 0: Result.UNKNOWN.label, -1: Result.FAILS.label}
_DIRECTIONS = {"gained": 1, "lost": -1}


@dataclass(frozen=True)
class Change:
    """A lead on which two versions differ."""

    pk: int
    name: str
    created_at: Any
    project: Any
    seller: Any
    outcome: Any
    was: Any
    now: Any


CHANGES = Table(
    key="changes",
    title=lazy("Leads that change"),
    columns=[
        Column("name", lazy("lead"), link=lambda row: lead_url(row.pk), sortable=False),
        Column("created_at", lazy("came at"), kind="moment", sortable=False),
        Column("was", lazy("by the version in force"), sortable=False),
        Column("now", lazy("by this version"), sortable=False),
        Column("outcome", lazy("decided"), sortable=False),
        Column("project", lazy("project"), sortable=False),
        Column("seller", lazy("sales manager"), sortable=False),
    ],
    filters=(Filter("direction", lazy("change"), (("gained", lazy("qualifies now")), ("lost", lazy("no longer qualifies")))),),
    prefixed=True,
    keeps_views=False,
    empty_title=lazy("No lead changes"),
    empty_text=lazy("Both versions say the same of every lead of this period."),
)  # fmt: skip


@requires(Right.DRAFT_REGULATION)
@require_GET
def what_if(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The page of the trial; its count is asked for by the page itself."""
    one, choice = find_regulation(request, pk), _period(request)
    trial = _present(request, one, choice)
    context = _described(request, one, choice, trial)
    tables = [context["table"]] if context.get("table") else []
    return respond(request, "regulation/what_if.html", context, *tables)


@requires(Right.DRAFT_REGULATION)
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Count: at once where it is quick, else as a job."""
    one, choice = find_regulation(request, pk), _period(request)
    trial = begin_trial(regulation=one, asker=user_of(request), period=choice.period, now=timezone.now())
    if trial.leads <= AT_ONCE:
        run_trial(trial=trial, clock=timezone.now)
    else:
        jobs.run_trial_later.later(trial_id=trial.pk)
    return _answer(request, one, choice)


@requires(Right.DRAFT_REGULATION)
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the count is; when it is over, what came of it."""
    return _answer(request, find_regulation(request, pk), _period(request))


def _answer(request: HttpRequest, one: Regulation, choice: PeriodChoice) -> HttpResponse:
    page = f"{reverse('regulation:what_if', args=[one.pk])}?{_days(choice)}"
    if not getattr(request, "htmx", False):
        return redirect(page)
    trial = _present(request, one, choice)
    if trial is not None and trial.done_at is not None:
        return HttpResponse(headers={"HX-Redirect": page})  # the table of the result has the page's own address
    return render(request, "regulation/trial.html", _described(request, one, choice, trial))


def _period(request: HttpRequest) -> PeriodChoice:
    return read_period(request.GET, today=timezone.localdate(), default="last_month", compare="none")


def _days(choice: PeriodChoice) -> str:
    return urlencode({"from": choice.period.start.isoformat(), "to": choice.period.end.isoformat()})


def _present(request: HttpRequest, one: Regulation, choice: PeriodChoice) -> Trial | None:
    """The reader's trial of these clauses on these days, or None when there is none yet."""
    days = {"first_day": choice.period.start, "last_day": choice.period.end}
    found = Trial.objects.filter(regulation=one, asker=user_of(request), digest=digest_of(one), **days)
    return found.select_related("against").first()


def _described(request: HttpRequest, one: Regulation, choice: PeriodChoice, trial: Trial | None) -> dict[str, Any]:
    context: dict[str, Any] = {
        "regulation": one, "period_choice": choice, "trial": trial, "days": _days(choice),
        "is_running": trial is not None and trial.done_at is None and not trial.is_broken,
    }  # fmt: skip
    if trial is None or trial.done_at is None:
        return context
    new, old = trial.results["new"], trial.results.get("old")
    context |= {
        "new": _rate(new["qualifies"], trial.leads), "new_unknown": new["unknown"],
        "old": _rate(old["qualifies"], trial.leads) if old else None,
        "changed": trial.results.get("changed", 0),
        "lines": [
            (line, trial.clauses.get(line.clause.number, {}), _clause_rate(trial.clauses.get(line.clause.number, {})))
            for line in read_clauses(one).criteria
        ],
        "is_cut": trial.results.get("changed", 0) > MOST_CHANGES, "most": MOST_CHANGES,
    }  # fmt: skip
    if old:
        context["table"] = _changes(request, trial)
    return context


def _rate(part: int, whole: int) -> Rate:
    bounds = wilson(part, whole)
    return Rate(part, whole, bounds.low, bounds.high)


def _clause_rate(counts: dict[str, int]) -> Rate:
    held = counts.get("holds", 0)
    return _rate(held, held + counts.get("fails", 0))


def _changes(request: HttpRequest, trial: Trial) -> BoundTable:
    user = user_of(request)

    def fetch(query: Query, /) -> PageOfRows:
        sign = _DIRECTIONS.get(query.filters.get("direction", ""))
        wanted = [one for one in trial.changes if sign is None or one[2 if sign == 1 else 1] == 1]
        page = wanted[query.offset : query.offset + query.limit]
        named = visible_leads(user).select_related("person", "project", "seller").in_bulk([lead for lead, _, _ in page])
        rows = [_change(named[lead], was, now) for lead, was, now in page if lead in named]
        return PageOfRows(rows, len(wanted))

    return CHANGES.bind(request, fetch)


def _change(lead: Any, was: int, now: int) -> Change:
    return Change(
        lead.pk, str(lead.person), lead.created_at, lead.project, lead.seller, lead.get_outcome_display(),
        _WORDS[was], _WORDS[now],
    )  # fmt: skip
