"""Pages of contests: all of them, where everybody stands in one, agreeing on one, calling it off, prizes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.analysis.words import refusal_words
from onegoal.apps.company.queries import calendar_of_company, current_company
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable, Column, Filter, Table
from onegoal.apps.shell.toasts import say
from onegoal.apps.wall.forms import ContestForm
from onegoal.apps.wall.models import Contest
from onegoal.apps.wall.queries.contests import minimum_of, settles_at, standing_in, visible_contests
from onegoal.apps.wall.services import contests as services
from onegoal.apps.wall.templatetags.wall import metric_title
from onegoal.metrics.errors import QuestionRefused

_STATES = (
    ("running", gettext_lazy("running")),
    ("coming", gettext_lazy("coming")),
    ("counting", gettext_lazy("over, not settled yet")),
    ("over", gettext_lazy("over")),
    ("off", gettext_lazy("called off")),
)


@requires(Right.SEE_GOAL)
@require_GET
def contests(request: HttpRequest) -> HttpResponseBase:
    """All contests: those that run, those to come and the history."""
    table = _table(request)
    context = {"table": table, "may_set": has_right(request.user, Right.SET_CONTESTS)}  # type: ignore[arg-type]
    return respond(request, "wall/contests.html", context, table)


@requires(Right.SEE_GOAL)
@require_GET
def contest(request: HttpRequest, pk: int) -> HttpResponse:
    """Where everybody stands; of a contest that is over, the result as it was settled."""
    shown, today = _contest(request, pk), timezone.localdate()
    try:
        lines, refusal = standing_in(shown, today=today), ""
    except QuestionRefused as refused:
        lines, refusal = [], refusal_words(refused)
    context = {
        "contest": shown, "lines": lines, "refusal": refusal, "state": _state(shown, today), "states": dict(_STATES),
        "minimum": None if shown.minimum is None else minimum_of(shown), "currency": current_company().currency,
        "settles_at": settles_at(shown, calendar_of_company().zone), "prizes": shown.prizes.all(),
        "may_set": has_right(request.user, Right.SET_CONTESTS),  # type: ignore[arg-type]
        "days_left": (shown.ends_on - today).days + 1,
    }  # fmt: skip
    return render(request, "wall/contest.html", context)


@requires(Right.SET_CONTESTS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Agree on a contest, or change one that is not over."""
    stored = _contest(request, pk) if pk else Contest()
    if stored.closed_at:
        say(request, _("The result is settled, so nothing about it changes any more."), level=messages.ERROR)
        return redirect("wall:contest", pk=pk)
    form = ContestForm(request.POST or None, instance=stored, initial=_initial(stored), user=request.user)  # type: ignore[arg-type]
    if request.method == "POST" and form.is_valid():
        return _save(request, form)
    context = {"form": form, "contest": stored}
    return render(request, "wall/contest_edit.html", context, status=422 if form.is_bound else 200)


@requires(Right.SET_CONTESTS)
@require_POST
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a contest off, with an undo."""
    try:
        services.call_off(contest=_contest(request, pk), now=timezone.now())
    except services.ContestOver:
        say(request, _("The result is settled, so nothing about it changes any more."), level=messages.ERROR)
    else:
        say(request, _("The contest is called off."), undo=reverse("wall:contest_call_on", args=[pk]))
    return redirect("wall:contest", pk=pk)


@requires(Right.SET_CONTESTS)
@require_POST
def call_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a contest go on that was called off."""
    services.call_on(contest=_contest(request, pk), now=timezone.now())
    say(request, _("The contest goes on."))
    return redirect("wall:contest", pk=pk)


@requires(Right.SET_CONTESTS)
@require_POST
def prize(request: HttpRequest, pk: int, prize_pk: int) -> HttpResponse:
    """Note that a prize was handed over, or that it was not."""
    stored = get_object_or_404(_contest(request, pk).prizes, pk=prize_pk)
    is_given = "not_given" not in request.POST
    services.note_prize_given(prize=stored, is_given=is_given, now=timezone.now())
    say(request, _("The prize is handed over.") if is_given else _("The prize waits to be handed over."))
    return redirect("wall:contest", pk=pk)


def _save(request: HttpRequest, form: ContestForm) -> HttpResponse:
    terms = form.instance
    terms.where = form.where()
    try:
        saved = services.save_contest(
            contest=terms, entries=form.entries(), prizes=form.prize_texts(),
            author=request.user, now=timezone.now(),  # type: ignore[arg-type]
        )  # fmt: skip
    except services.ContestOver:
        say(request, _("The result was settled meanwhile. Your change was not kept."), level=messages.ERROR)
        return redirect("wall:contest", pk=terms.pk)
    say(request, _("Saved."))
    return redirect("wall:contest", pk=saved.pk)


def _contest(request: HttpRequest, pk: int) -> Contest:
    return get_object_or_404(visible_contests(request.user), pk=pk)  # type: ignore[arg-type]


def _initial(stored: Contest) -> dict[str, Any]:
    if stored.pk:
        return {}
    start = timezone.localdate()
    return {"starts_on": start, "ends_on": start + dt.timedelta(days=6)}


def _state(shown: Contest, today: dt.date) -> str:
    if shown.cancelled_at:
        return "off"
    if shown.closed_at:
        return "over"
    if today < shown.starts_on:
        return "coming"
    return "running" if today <= shown.ends_on else "counting"


def _table(request: HttpRequest) -> BoundTable:
    today = timezone.localdate()
    words = dict(_STATES)
    rows = list(visible_contests(request.user))  # type: ignore[arg-type]
    order = {name: place for place, (name, _label) in enumerate(_STATES)}
    for one in rows:
        one.state = _state(one, today)  # type: ignore[attr-defined]
    rows.sort(key=lambda one: order[one.state])  # type: ignore[attr-defined]
    table = Table(
        key="contests", title=_("Contests"), stacks=True, search=["name"],
        columns=[
            Column("name", _("contest"), link=lambda one: reverse("wall:contest", args=[one.pk])),
            Column("metric", _("figure"), value=lambda one: metric_title(one.metric)),
            Column("between", _("between"), value=lambda one: _("teams") if one.is_between_teams else _("people")),
            Column("starts_on", _("from"), "date"),
            Column("ends_on", _("to"), "date"),
            Column("state", _("state"), value=lambda one: words[one.state]),
            Column("winner", _("first"), value=_first, sortable=False),
        ],
        filters=[Filter("state", _("State"), [(str(label), label) for _name, label in _STATES])],
        empty_title=_("No contests yet"),
        empty_text=_("A contest between people or teams over any figure: with a handicap, a minimum and prizes."),
    )  # fmt: skip
    return table.bind(request, rows)


def _first(one: Contest) -> str:
    firsts = [str(entrant) for entrant in one.entrants.all() if entrant.place == 1]
    return ", ".join(firsts) if one.closed_at else ""
