"""The scorecard builder, and the company's list of objections."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.quality.forms.scorecards import ObjectionForm, QuestionForm, ScorecardForm
from onegoal.apps.quality.models import Question, Scorecard
from onegoal.apps.quality.queries.reviews import Line
from onegoal.apps.quality.queries.scorecards import objections_in_order, scorecards_by_name
from onegoal.apps.quality.services import objections as objection_services
from onegoal.apps.quality.services import scorecards as services
from onegoal.apps.quality.services.scorecards import ScorecardRefused
from onegoal.apps.quality.views.review_words import scorecard_refusal
from onegoal.apps.sales.models import Objection
from onegoal.apps.shell.toasts import say


@requires(Right.SET_REVIEWS)
@require_GET
def scorecards(request: HttpRequest) -> HttpResponse:
    """Every scorecard with its versions."""
    context = {"names": scorecards_by_name(), "form": ScorecardForm(), "tab": "scorecards"}
    return render(request, "quality/scorecards.html", context)


@requires(Right.SET_REVIEWS)
@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Begin a scorecard."""
    form = ScorecardForm(request.POST)
    if form.is_valid():
        try:
            card = services.create_scorecard(name=form.cleaned_data["name"], now=timezone.now())
            return redirect("quality:scorecard", pk=card.pk)
        except ScorecardRefused as refused:
            form.add_error("name", scorecard_refusal(refused.code))
    context = {"names": scorecards_by_name(), "form": form, "tab": "scorecards"}
    return render(request, "quality/scorecards.html", context, status=422)


@requires(Right.SET_REVIEWS)
@require_GET
def builder(request: HttpRequest, pk: int) -> HttpResponse:
    """The steps and questions of a scorecard, with what a reviewer will see beside them."""
    card = get_object_or_404(Scorecard, pk=pk)
    chosen = card.questions.filter(pk=_number(request.GET.get("question", ""))).first()
    return render(request, "quality/scorecard.html", _context(card, QuestionForm(instance=chosen), chosen))


@requires(Right.SET_REVIEWS)
@require_POST
def question_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a question, or change one; of a scorecard with reviews in its next version."""
    card = get_object_or_404(Scorecard, pk=pk)
    chosen = card.questions.filter(pk=_number(request.POST.get("question", ""))).first()
    form = QuestionForm(request.POST, instance=Question.objects.get(pk=chosen.pk) if chosen else None)
    if not form.is_valid():
        return render(request, "quality/scorecard.html", _context(card, form, chosen), status=422)
    try:
        kept = services.save_question(scorecard=card, values=form.cleaned_data, question=chosen, now=timezone.now())
    except ScorecardRefused as refused:
        form.add_error(None, scorecard_refusal(refused.code))
        return render(request, "quality/scorecard.html", _context(card, form, chosen), status=422)
    return _to(request, card, kept.scorecard)


@requires(Right.SET_REVIEWS)
@require_POST
def question_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a question out."""
    question = get_object_or_404(Question.objects.select_related("scorecard"), pk=pk)
    try:
        card = services.remove_question(question=question, now=timezone.now())
    except ScorecardRefused as refused:
        say(request, scorecard_refusal(refused.code), level=messages.ERROR)
        return redirect("quality:scorecard", pk=question.scorecard_id)
    return _to(request, question.scorecard, card)


@requires(Right.SET_REVIEWS)
@require_POST
def question_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a question up or down."""
    question = get_object_or_404(Question.objects.select_related("scorecard"), pk=pk)
    card = services.move_question(question=question, step=-1 if "up" in request.POST else 1, now=timezone.now())
    return _to(request, question.scorecard, card)


@requires(Right.SET_REVIEWS)
@require_POST
def question_order(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the order in which questions were dragged."""
    card = get_object_or_404(Scorecard, pk=pk)
    order = [number for text in request.POST.getlist("question") if (number := _number(text))]
    changed = services.order_questions(scorecard=card, order=order, now=timezone.now())
    return _to(request, card, changed)


@requires(Right.SET_REVIEWS)
@require_POST
def use(request: HttpRequest, pk: int) -> HttpResponse:
    """Judge calls by this version from now on, or by it no more."""
    card = get_object_or_404(Scorecard, pk=pk)
    try:
        if "retire" in request.POST:
            services.retire_scorecard(scorecard=card, now=timezone.now())
            say(request, _("%(name)s is no longer in use.") % {"name": card})
        else:
            services.use_scorecard(scorecard=card, now=timezone.now())
            say(request, _("Calls are judged by %(name)s from now on.") % {"name": card})
    except ScorecardRefused as refused:
        say(request, scorecard_refusal(refused.code), level=messages.ERROR)
    return redirect("quality:scorecard", pk=pk)


@requires(Right.SET_DESK, Right.SET_REVIEWS)
@require_GET
def objections(request: HttpRequest) -> HttpResponse:
    """What buyers say against it, as the company lists it."""
    return render(request, "quality/objections.html", {"objections": objections_in_order(), "form": ObjectionForm()})


@requires(Right.SET_DESK, Right.SET_REVIEWS)
@require_POST
def objection_save(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Add an objection, rename it, or take it out of use."""
    known = get_object_or_404(Objection, pk=pk) if pk else None
    form = ObjectionForm(request.POST, instance=known)
    if form.is_valid():
        try:
            with transaction.atomic():
                objection_services.save_objection(objection=form.instance, now=timezone.now())
            say(request, _("Saved."))
            return redirect("quality:objections")
        except IntegrityError:
            form.add_error("name", _("This objection is in the list already."))
    said = " ".join(str(error) for errors in form.errors.values() for error in errors)
    say(request, said, level=messages.ERROR)
    return redirect("quality:objections")


@requires(Right.SET_DESK, Right.SET_REVIEWS)
@require_POST
def objection_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move an objection up or down, or take it out of the lists sellers choose from and back."""
    objection = get_object_or_404(Objection, pk=pk)
    if "use" in request.POST:
        objection_services.set_in_use(objection=objection, is_active=request.POST["use"] == "1", now=timezone.now())
    else:
        objection_services.move_objection(
            objection=objection, step=-1 if "up" in request.POST else 1, now=timezone.now()
        )
    return redirect("quality:objections")


def _to(request: HttpRequest, shown: Scorecard, changed: Scorecard) -> HttpResponse:
    if changed.pk != shown.pk:
        said = _("%(old)s has reviews and stays as it is. Your change is in %(new)s; put it in use when it is ready.")
        say(request, said % {"old": shown, "new": changed})
    return redirect("quality:scorecard", pk=changed.pk)


def _context(card: Scorecard, form: QuestionForm, chosen: Question | None) -> dict[str, Any]:
    questions = list(card.questions.all())
    return {
        "card": card,
        "questions": questions,
        "lines": [Line(one, None) for one in questions],
        "steps": list(dict.fromkeys(one.step for one in questions)),
        "weight": sum(one.weight for one in questions if one.kind != "text"),
        "reviews": card.reviews.count(),
        "form": form,
        "chosen": chosen,
        "tab": "scorecards",
    }


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
