"""Pages of call review: what is to be judged, the call with its scorecard, and the reviews that are done."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.quality.forms.reviews import AskReviewersForm, ExcuseForm, RemarkForm, given_answer
from onegoal.apps.quality.models import Question, Review
from onegoal.apps.quality.queries.duties import debts, owed, pool_of, seller_days, visible_duties
from onegoal.apps.quality.queries.reviews import (
    calls_to_hear,
    calls_to_review,
    lines_of,
    reviewers,
    score_of_review,
    scorecards_in_use,
    unanswered,
    visible_remarks,
    visible_reviews,
)
from onegoal.apps.quality.queries.settings import quality_settings
from onegoal.apps.quality.services import reviews as services
from onegoal.apps.quality.services.duties import excuse_duty
from onegoal.apps.quality.services.reviews import ReviewRefused
from onegoal.apps.quality.views.recordings import back_to
from onegoal.apps.quality.views.review_words import review_refusal
from onegoal.apps.sales.models import Call
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import Column, Table
from onegoal.apps.shell.toasts import say

_DEBT_DAYS = 30
_MOST_DUTIES = 300
_RELATED = ("call__person", "call__lead", "call__seller", "seller", "reviewer", "scorecard", "asked_by")


def _share(bp: int | None) -> float | None:
    return None if bp is None else bp / 10_000


TABLE = Table(
    key="reviews",
    title=gettext_lazy("Reviews"),
    columns=[
        Column(
            "call", gettext_lazy("call"), kind="moment", value="call.started_at",
            link=lambda review: reverse("quality:review", args=[review.pk]),
        ),
        Column("seller", gettext_lazy("sales manager"), value="seller.name"),
        Column("person", gettext_lazy("customer"), value="call.person", sortable=False),
        Column("talk", gettext_lazy("talked"), kind="duration", value="call.talk_seconds"),
        Column("reviewer", gettext_lazy("reviewer"), value="reviewer.name"),
        Column("scorecard", gettext_lazy("scorecard"), value=lambda review: str(review.scorecard), sortable=False),
        Column(
            "score", gettext_lazy("score"), kind="percent", digits=0, order_by="score_bp",
            value=lambda review: _share(review.score_bp),
        ),
        Column("finished_at", gettext_lazy("finished"), kind="moment"),
        Column("acknowledged_at", gettext_lazy("read by the seller"), kind="moment", visible=False),
    ],
    default_sort="-finished_at",
    search=["seller__name", "reviewer__name", "call__person__name"],
    stacks=True,
    empty_title=gettext_lazy("No reviews yet"),
    empty_text=gettext_lazy("A finished review of a call will be here, with its score."),
)  # fmt: skip


@requires(Right.REVIEW_CALLS)
@require_GET
def duties(request: HttpRequest) -> HttpResponse:
    """What the reader owes, who owes what, and what became of the last working day's calls."""
    user: User = request.user  # type: ignore[assignment]
    calendar = calendar_of_company()
    today = timezone.localdate()
    day = calendar.working_day_before(today)
    open_duties = owed(visible_duties(user)).select_related(
        "call__person", "call__lead", "call__seller", "seller", "reviewer"
    )
    waiting = list(open_duties[:_MOST_DUTIES])
    for duty in waiting:
        duty.is_late = duty.day < day  # type: ignore[attr-defined]
    begun = Review.objects.filter(reviewer=user, finished_at=None).select_related("call__person", "seller", "asked_by")
    context = {
        "own": [duty for duty in waiting if duty.reviewer_id == user.pk],
        "others": [duty for duty in waiting if duty.reviewer_id != user.pk],
        "begun": begun,
        "by_seller": debts(user, "seller", today - dt.timedelta(days=_DEBT_DAYS)),
        "by_reviewer": debts(user, "reviewer", today - dt.timedelta(days=_DEBT_DAYS)),
        "day": day,
        "days": seller_days(user, day, pool_of(calendar, day)),
        "agreed": quality_settings(),
        "may_excuse": has_right(user, Right.SET_REVIEWS),
        "has_scorecard": scorecards_in_use().exists(),
        "tab": "duties",
    }
    return render(request, "quality/reviews.html", context)


@requires(Right.REVIEW_CALLS)
@require_GET
def done(request: HttpRequest) -> HttpResponseBase:
    """Every finished review the reader may see."""
    rows = visible_reviews(request.user).filter(finished_at__isnull=False)  # type: ignore[arg-type]
    table = TABLE.bind(request, rows.select_related("call__person", "seller", "reviewer", "scorecard"))
    return respond(request, "quality/reviews_done.html", {"table": table, "tab": "done"}, table)


@requires(Right.HEAR_CALLS)
@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """The reader's own reviewed calls: what was said of them, and what to practise."""
    from onegoal.apps.quality.queries.coaching import visible_coaching

    user: User = request.user  # type: ignore[assignment]
    found = Review.objects.filter(seller=user, finished_at__isnull=False).order_by("-finished_at")
    found = found.select_related("call__person", "reviewer", "scorecard").prefetch_related("answers__question")
    coaching = visible_coaching(user).filter(seller=user, closed_at=None).select_related("author")
    return render(request, "quality/own_reviews.html", {"reviews": found[:50], "coaching": coaching})


@requires(Right.REVIEW_CALLS)
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin to judge a call, or go on."""
    user: User = request.user  # type: ignore[assignment]
    call = get_object_or_404(calls_to_hear(user), pk=pk)
    try:
        review = services.start_review(call=call, reviewer=user, now=timezone.now())
    except ReviewRefused as refused:
        say(request, review_refusal(refused), level=messages.ERROR)
        if refused.code == "no_recording":
            return redirect("quality:call", pk=call.pk)
        return redirect(back_to(request, reverse("quality:reviews")))
    return redirect("quality:review", pk=review.pk)


@requires(Right.HEAR_CALLS)
@require_GET
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """One call: its sound and what was remarked, and where to attach a recording that is missing."""
    user: User = request.user  # type: ignore[assignment]
    shown = get_object_or_404(calls_to_hear(user).select_related("person", "lead", "seller"), pk=pk)
    context = call_context(user, shown) | {
        "reviews": visible_reviews(user).filter(call=shown).select_related("reviewer"),
        "may_review": has_right(user, Right.REVIEW_CALLS) and shown.seller_id != user.pk,
        "may_attach": has_right(user, Right.REVIEW_CALLS),
    }
    return render(request, "quality/call.html", context)


@requires(Right.HEAR_CALLS)
@require_GET
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """A call with its scorecard: to be filled in by its reviewer, to be read by the others."""
    user: User = request.user  # type: ignore[assignment]
    shown = get_object_or_404(visible_reviews(user).select_related(*_RELATED), pk=pk)
    context = review_context(user, shown)
    if context["is_open"] and "missing" in request.GET and (missing := unanswered(shown)):
        context |= {"missing": missing, "refusal": review_refusal(ReviewRefused("unfinished", missing))}
    return render(request, "quality/review.html", context)


@requires(Right.REVIEW_CALLS)
@require_POST
def answer(request: HttpRequest, pk: int, question_pk: int) -> HttpResponse:
    """Keep one answer the moment it is given, and say how far the review is."""
    user: User = request.user  # type: ignore[assignment]
    shown = get_object_or_404(_own(user), pk=pk)
    question = get_object_or_404(Question, pk=question_pk, scorecard_id=shown.scorecard_id)
    try:
        _keep(request, shown, question)
    except ReviewRefused as refused:
        say(request, review_refusal(refused), level=messages.ERROR)
    return _state(request, shown)


@requires(Right.REVIEW_CALLS)
@require_POST
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what the reviewer says in all while they write."""
    shown = get_object_or_404(_own(request.user), pk=pk)  # type: ignore[arg-type]
    try:
        services.save_summary(review=shown, text=request.POST.get("summary", "")[:4_000], now=timezone.now())
    except ReviewRefused as refused:
        say(request, review_refusal(refused), level=messages.ERROR)
    return _state(request, shown)


@requires(Right.REVIEW_CALLS)
@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep every answer on the page and close the review; what is missing is named."""
    user: User = request.user  # type: ignore[assignment]
    shown = get_object_or_404(_own(user), pk=pk)
    try:
        for question in shown.scorecard.questions.all():
            _keep(request, shown, question)
        services.save_summary(review=shown, text=request.POST.get("summary", "")[:4_000], now=timezone.now())
        done = services.finish_review(review=shown, now=timezone.now())
    except ReviewRefused as refused:
        if refused.code != "unfinished":
            say(request, review_refusal(refused), level=messages.ERROR)
        return redirect(f"{reverse('quality:review', args=[pk])}?missing")
    said = _("Finished. The score is %(score)s %%.") if done.score_bp is not None else _("Finished.")
    say(request, said % {"score": round((done.score_bp or 0) / 100)})
    return redirect("quality:review", pk=pk)


@requires(Right.REVIEW_CALLS)
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a review that was begun by mistake."""
    shown = get_object_or_404(_own(request.user), pk=pk)  # type: ignore[arg-type]
    try:
        services.drop_review(review=shown, now=timezone.now())
    except ReviewRefused as refused:
        say(request, review_refusal(refused), level=messages.ERROR)
        return redirect("quality:review", pk=pk)
    say(request, _("The review is taken back. The call is still to be judged."))
    return redirect("quality:reviews")


@requires(Right.HEAR_CALLS)
@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """The seller has read what was said of their call."""
    user: User = request.user  # type: ignore[assignment]
    shown = get_object_or_404(Review.objects.filter(seller=user, finished_at__isnull=False), pk=pk)
    services.acknowledge_review(review=shown, seller=user, now=timezone.now())
    say(request, _("Noted. The reviewer sees that you have read it."))
    return redirect(back_to(request, reverse("quality:own_reviews")))


@requires(Right.SET_REVIEWS)
@require_POST
def calibrate(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask colleagues to judge the same call without seeing each other's answers."""
    user: User = request.user  # type: ignore[assignment]
    shown = get_object_or_404(calls_to_hear(user), pk=pk)
    form = AskReviewersForm(request.POST, able=able_to_judge(shown))
    if not form.is_valid():
        say(request, _("Choose at least one colleague."), level=messages.ERROR)
        return redirect(back_to(request, reverse("quality:reviews")))
    try:
        asked = services.ask_for_reviews(
            call=shown, reviewers=form.cleaned_data["reviewers"], author=user, now=timezone.now()
        )
    except ReviewRefused as refused:
        say(request, review_refusal(refused), level=messages.ERROR)
    else:
        names = ", ".join(one.reviewer.name for one in asked)
        say(request, _("%(names)s will judge this call. Answers show once each is done.") % {"names": names})
    return redirect(back_to(request, reverse("quality:reviews")))


@requires(Right.SET_REVIEWS)
@require_POST
def excuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a call off the debt with a reason, or put it back."""
    duty = get_object_or_404(visible_duties(request.user), pk=pk)  # type: ignore[arg-type]
    form = ExcuseForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    if "reason" in request.POST and not reason:
        say(request, _("Say why, in a few words."), level=messages.ERROR)
        return redirect("quality:reviews")
    try:
        excuse_duty(duty=duty, reason=reason, now=timezone.now())
    except ValueError:
        say(request, _("This call has been reviewed meanwhile."), level=messages.ERROR)
    else:
        undo = reverse("quality:duty_excuse", args=[pk]) if reason else ""
        say(request, _("Excused.") if reason else _("Back on the list."), undo=undo)
    return redirect("quality:reviews")


def _own(user: User) -> QuerySet[Review]:
    return Review.objects.filter(reviewer_id=user.pk).select_related(*_RELATED)


def call_context(user: User, shown: Call) -> dict[str, Any]:
    """Return what the player and the remarks of a call need."""
    return {
        "call": shown,
        "remarks": visible_remarks(user).filter(call=shown).select_related("author", "objection"),
        "remark_form": RemarkForm(initial={"second": 0}),
    }


def review_context(user: User, shown: Review) -> dict[str, Any]:
    """Return what the page of a review shows this reader."""
    lines = lines_of(shown)
    is_mine = shown.reviewer_id == user.pk
    others = visible_reviews(user).filter(call=shown.call, finished_at__isnull=False).exclude(pk=shown.pk)
    return call_context(user, shown.call) | {
        "review": shown,
        "lines": lines,
        "answered": sum(line.is_answered for line in lines),
        "score": _share(score_of_review(shown)),
        "is_open": is_mine and shown.finished_at is None,
        "is_mine": is_mine,
        "is_sellers": shown.seller_id == user.pk,
        "may_coach": has_right(user, Right.REVIEW_CALLS) and shown.seller_id not in (None, user.pk),
        "others": others.select_related("reviewer").order_by("pk") if shown.finished_at else (),
        "at_work": Review.objects.filter(call=shown.call, finished_at=None).exclude(pk=shown.pk).count(),
        "ask_form": AskReviewersForm(able=able_to_judge(shown.call)) if has_right(user, Right.SET_REVIEWS) else None,
        "may_attach": False,
    }


def able_to_judge(call: Call) -> QuerySet[User]:
    """Return the reviewers who may hear a call that is not theirs and have not judged it yet."""
    busy = Review.objects.filter(call=call).values("reviewer_id")
    free = reviewers().exclude(pk__in=busy)
    able = [one.pk for one in free if calls_to_review(one).filter(pk=call.pk).exists()]
    return reviewers().filter(pk__in=able)


def _keep(request: HttpRequest, shown: Review, question: Question) -> None:
    given = given_answer(request.POST, question)
    if not given.is_sound:
        raise ReviewRefused("bad_answer")
    services.answer_question(
        review=shown, question=question, value=given.value, text=given.text, does_not_apply=given.does_not_apply,
        now=timezone.now(),
    )  # fmt: skip


def _state(request: HttpRequest, shown: Review) -> HttpResponse:
    if not getattr(request, "htmx", False):
        return redirect("quality:review", pk=shown.pk)
    lines = lines_of(shown)
    context = {
        "lines": lines,
        "answered": sum(line.is_answered for line in lines),
        "score": _share(score_of_review(shown)),
        "is_saved": True,
    }
    return render(request, "quality/review_state.html", context)
