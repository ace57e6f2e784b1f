"""Pages of coaching: agreed from a review, open ones by seller, closed with what came of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.quality.forms.coaching import CoachingForm, CoachingResultForm
from onegoal.apps.quality.models import Review
from onegoal.apps.quality.queries.coaching import visible_coaching
from onegoal.apps.quality.queries.reviews import visible_reviews
from onegoal.apps.quality.services.coaching import CoachingRefused, close_coaching, start_coaching
from onegoal.apps.quality.views.review_words import coaching_refusal
from onegoal.apps.shell.toasts import say

_USUAL_MINUTES = 5 * 8 * 60
_MOST_CLOSED = 30


@requires(Right.HEAR_CALLS)
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """What is being practised, the earliest second look first, and what came of the last ones."""
    user: User = request.user  # type: ignore[assignment]
    found = visible_coaching(user).select_related("seller", "author", "review__call")
    context = {
        "open": found.filter(closed_at=None).order_by("follow_up_on", "seller__name"),
        "closed": found.filter(closed_at__isnull=False).order_by("-closed_at")[:_MOST_CLOSED],
        "today": timezone.localdate(),
        "may_review": has_right(user, Right.REVIEW_CALLS),
        "tab": "coaching",
    }
    return render(request, "quality/coaching.html", context)


@requires(Right.REVIEW_CALLS)
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree what a seller practises after a review; the step that failed is filled in."""
    user: User = request.user  # type: ignore[assignment]
    reviews = visible_reviews(user).filter(finished_at__isnull=False, seller__isnull=False)
    review = get_object_or_404(reviews.select_related("seller", "call__person", "call__lead"), pk=pk)
    form = CoachingForm(request.POST or None, initial=_initial(request, review))
    if request.method == "POST" and form.is_valid():
        try:
            _start(user, review, form.cleaned_data)
        except CoachingRefused as refused:
            form.add_error("follow_up_on" if refused.code == "past" else None, coaching_refusal(refused.code))
        else:
            say(request, _("Agreed. %(seller)s and you have a task on that day.") % {"seller": review.seller})
            return redirect("quality:coaching")
    context = {"form": form, "review": review, "tab": "coaching"}
    return render(request, "quality/coaching_new.html", context, status=422 if form.is_bound else 200)


def _start(user: User, review: Review, data: dict[str, object]) -> None:
    step, text = str(data["step"]), str(data["text"])
    about = step or text
    start_coaching(
        seller=review.seller,  # type: ignore[arg-type]
        author=user, review=review, step=step, text=text,
        follow_up_on=data["follow_up_on"],  # type: ignore[arg-type]
        titles=(
            _("Practise: %(what)s") % {"what": about},
            _("Coaching of %(seller)s, second look: %(what)s") % {"seller": review.seller, "what": about},
        ),
        zone=timezone.get_current_timezone(), now=timezone.now(),
    )  # fmt: skip


def _initial(request: HttpRequest, review: Review) -> dict[str, object]:
    """A week of work from now, and the failed question the reader came from."""
    soon = calendar_of_company().add(timezone.now(), _USUAL_MINUTES)
    asked = request.GET.get("question", "")
    failed = review.scorecard.questions.filter(pk=int(asked)).first() if asked.isascii() and asked.isdigit() else None
    told: dict[str, object] = {"follow_up_on": timezone.localtime(soon).date()}
    return told | ({"step": failed.step, "text": failed.text} if failed else {})


@requires(Right.REVIEW_CALLS)
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what came of a coaching."""
    coaching = get_object_or_404(visible_coaching(request.user).exclude(seller=request.user), pk=pk)  # type: ignore[arg-type, misc]
    form = CoachingResultForm(request.POST)
    try:
        if form.is_valid():
            close_coaching(coaching=coaching, result=form.cleaned_data["result"], now=timezone.now())
            say(request, _("Closed."))
        else:
            say(request, _("Say what came of it, in a few words."), level=messages.ERROR)
    except CoachingRefused as refused:
        say(request, coaching_refusal(refused.code), level=messages.ERROR)
    return redirect("quality:coaching")
