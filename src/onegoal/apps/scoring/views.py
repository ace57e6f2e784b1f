"""The page of the lead score: on or off and why, how good it is, what it looks at; training and declarations."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.scoring import page, services
from onegoal.apps.scoring.forms import DeclareForm, TrainForm
from onegoal.apps.scoring.models import KnownAtArrival, Target, Training
from onegoal.apps.scoring.queries import declarations, latest_training, trainings, used_training, waiting_training
from onegoal.apps.scoring.words import Vocabulary, state_words, vocabulary
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable
from onegoal.apps.shell.toasts import say

View = Callable[..., HttpResponseBase]


def sees_score(view: View) -> View:
    """Let in who sees figures, and who trains the score without seeing any others."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        if not (has_right(user, Right.SEE_FIGURES) or has_right(user, Right.SET_SCORE)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@sees_score
@require_GET
def score(request: HttpRequest) -> HttpResponseBase:
    """Whether the score is on and why, its calibration and lift, what it looks at, what was refused, all trainings."""
    used, latest, words = used_training(), latest_training(), vocabulary()
    shown = used or latest
    tables = _tables(request, shown, words)
    answered = list(declarations())
    target = latest.target if latest else Target.QUALIFIED
    context = {
        "state": state_words(used, latest),
        "is_on": used is not None,
        "shown": shown,
        "report": shown.report if shown else {},
        "judged": _judged(shown),
        "chart": page.calibration_chart(_judged(shown)) if _judged(shown) else None,
        "gain": page.gain_of(shown) if shown else None,
        "gain_note": page.gain_interval(shown) if shown else "",
        "first_at": page.moment_of(shown.report.get("first_at")) if shown else None,
        "last_at": page.moment_of(shown.report.get("last_at")) if shown else None,
        "looked_at": [words.field(key) for key in shown.report.get("fields", ())] if shown else [],
        "tables": tables,
        "refusals": page.refusals(latest, answered, words) if latest else [],
        "declared": [(one, words.field(one.field)) for one in answered],
        "form": TrainForm(initial={"target": target}),
        "running": waiting_training(),
        "may_set": has_right(request.user, Right.SET_SCORE),  # type: ignore[arg-type]
        "sees_leads": has_right(request.user, Right.SEE_PEOPLE),  # type: ignore[arg-type]
    }
    return respond(request, "scoring/score.html", context, *tables)


@sees_score
@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """How far the training is; when it is over, the whole page is fetched anew."""
    running = waiting_training()
    answer = render(request, "scoring/progress.html", {"running": running})
    if running is None:
        answer["HX-Refresh"] = "true"
    return answer


@requires(Right.SET_SCORE)
@require_POST
def train(request: HttpRequest) -> HttpResponse:
    """Ask for a training."""
    form = TrainForm(request.POST)
    target = form.cleaned_data["target"] if form.is_valid() else Target.QUALIFIED
    try:
        services.ask_training(target=target, author=request.user, now=timezone.now())  # type: ignore[arg-type]
        say(request, _("The training begins within seconds. You may leave this page."))
    except services.AlreadyTraining:
        say(request, _("A training is running already."))
    return redirect("scoring:score")


@requires(Right.SET_SCORE)
@require_POST
def declare(request: HttpRequest) -> HttpResponse:
    """Answer for a field: its imported values were known when the leads came."""
    form = DeclareForm(request.POST)
    if form.is_valid():
        known = services.declare_known(field=form.cleaned_data["field"], author=request.user, now=timezone.now())  # type: ignore[arg-type]
        text = _("You answer for %(field)s. The next training takes it in.") % {"field": _label(known.field)}
        say(request, text, undo=reverse("scoring:withdraw", args=[known.pk]))
    return redirect("scoring:score")


@requires(Right.SET_SCORE)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a declaration back."""
    known = get_object_or_404(KnownAtArrival, pk=pk)
    services.withdraw_known(declaration=known, now=timezone.now())
    say(request, _("The next training does without %(field)s.") % {"field": _label(known.field)})
    return redirect("scoring:score")


def _tables(request: HttpRequest, shown: Training | None, words: Vocabulary) -> list[BoundTable]:
    found = []
    if judged := _judged(shown):
        found.append(page.lift_table(request, judged))
    if shown and shown.model:
        found.append(page.value_table(request, shown, words))
    return [*found, page.history_table(request, trainings())]


def _judged(training: Training | None) -> dict[str, Any]:
    return (training.report.get("judgement") or {}) if training else {}


def _label(key: str) -> str:
    return vocabulary().field(key)
