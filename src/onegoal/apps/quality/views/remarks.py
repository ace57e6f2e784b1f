"""Remarks at a second of a call: written, changed, taken away with an undo; and the page of snippets."""

from __future__ import annotations

from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.quality.forms.reviews import RemarkForm
from onegoal.apps.quality.forms.snippets import SnippetForm
from onegoal.apps.quality.models import CallRemark
from onegoal.apps.quality.queries.reviews import calls_to_hear, visible_remarks
from onegoal.apps.quality.queries.snippets import snippets, topics_and_campaigns
from onegoal.apps.quality.services.reviews import ReviewRefused, remove_remark, restore_remark, save_remark
from onegoal.apps.quality.views.recordings import back_to
from onegoal.apps.quality.views.review_words import review_refusal
from onegoal.apps.sales.models import Call
from onegoal.apps.shell.toasts import say

_UNDO_SALT = "onegoal.quality.remark"
_UNDO_SECONDS = 3600
_ON_A_PAGE = 20


@requires(Right.HEAR_CALLS)
@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a remark on a call."""
    user: User = request.user  # type: ignore[assignment]
    call = get_object_or_404(calls_to_hear(user), pk=pk)
    return _save(request, user, call, None)


@requires(Right.HEAR_CALLS)
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one's own remark."""
    user: User = request.user  # type: ignore[assignment]
    remark = get_object_or_404(visible_remarks(user).filter(author=user).select_related("call"), pk=pk)
    return _save(request, user, remark.call, remark)


def _save(request: HttpRequest, user: User, call: Call, remark: CallRemark | None) -> HttpResponse:
    form = RemarkForm(request.POST)
    if not form.is_valid():
        return _answer(request, user, call, form)
    try:
        save_remark(call=call, author=user, remark=remark, now=timezone.now(), **form.cleaned_data)
    except ReviewRefused as refused:
        say(request, review_refusal(refused), level=messages.ERROR)
    return _answer(request, user, call, None)


@requires(Right.HEAR_CALLS)
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own remark away, with an undo."""
    user: User = request.user  # type: ignore[assignment]
    remark = get_object_or_404(visible_remarks(user).filter(author=user).select_related("call"), pk=pk)
    held = remove_remark(remark=remark, author=user, now=timezone.now())
    undo = reverse("quality:remark_restore", args=[signing.dumps(held, salt=_UNDO_SALT, compress=True)])
    say(request, _("The comment is deleted."), undo=undo)
    return _answer(request, user, remark.call, None)


@requires(Right.HEAR_CALLS)
@require_POST
def restore(request: HttpRequest, held: str) -> HttpResponse:
    """Put back one's own remark that was deleted within the last hour."""
    user: User = request.user  # type: ignore[assignment]
    try:
        values = signing.loads(held, salt=_UNDO_SALT, max_age=_UNDO_SECONDS)
    except signing.BadSignature:
        raise Http404 from None
    call = get_object_or_404(calls_to_hear(user), pk=values["call_id"])
    if values["author_id"] != user.pk:
        raise Http404
    restore_remark(held=values, now=timezone.now())
    say(request, _("The comment is back."))
    return redirect(back_to(request, reverse("quality:call", args=[call.pk])))


@requires(Right.HEAR_CALLS)
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Pieces of calls by objection, topic, campaign and period."""
    user: User = request.user  # type: ignore[assignment]
    topics, campaigns = topics_and_campaigns(user)
    form = SnippetForm(request.GET, topics=topics, campaigns=campaigns)
    found = snippets(user, form.asked(timezone.get_current_timezone()))
    shown = Paginator(found, _ON_A_PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {"form": form, "page": shown, "query": kept.urlencode(), "is_narrowed": any(kept.values())}
    return render(request, "quality/snippets.html", context)


def _answer(request: HttpRequest, user: User, call: Call, form: RemarkForm | None) -> HttpResponse:
    """The remarks of the call as they are now, or the page one came from."""
    if not getattr(request, "htmx", False):
        if form is not None:
            said = " ".join(str(error) for errors in form.errors.values() for error in errors)
            say(request, said, level=messages.ERROR)
        return redirect(back_to(request, reverse("quality:call", args=[call.pk])))
    remarks = visible_remarks(user).filter(call=call).select_related("author", "objection")
    context = {"call": call, "remarks": remarks, "remark_form": form or RemarkForm(initial={"second": 0})}
    return render(request, "quality/remarks.html", context, status=422 if form is not None else 200)
