"""The queue of rejections to be checked and one check with all that is needed to judge it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.quality.forms.checks import DecisionForm, PastRejectionsForm, RulingForm, TimeForm
from onegoal.apps.quality.models import Check, CheckState
from onegoal.apps.quality.queries.checks import (
    is_open_elsewhere,
    next_check,
    readable_checks,
    sample_progress,
    visible_checks,
    with_details,
)
from onegoal.apps.quality.queries.settings import quality_settings
from onegoal.apps.quality.services.checks import (
    CheckRefused,
    Evidence,
    OpenElsewhere,
    find_right,
    find_wrong,
    open_check,
    rule_on_check,
    set_working_time,
    undo_right,
)
from onegoal.apps.quality.services.evidence import (
    CONTENT_TYPES,
    EvidenceRefused,
    drop_evidence,
    evidence_path,
    keep_evidence,
)
from onegoal.apps.quality.services.queue import queue_period
from onegoal.apps.quality.views.check_context import calls_about, judged_on
from onegoal.apps.quality.views.check_table import LISTS, listed, table_of
from onegoal.apps.quality.views.check_words import say_document_refused, say_refusal, why_chosen
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.toasts import say


@requires(Right.CHECK_REJECTIONS)
@require_GET
def checks(request: HttpRequest) -> HttpResponseBase:
    """What waits to be checked, what is in dispute, what was found, and how far the sample of each seller is."""
    user: User = request.user  # type: ignore[assignment]
    now = timezone.now()
    chosen = request.GET.get("list", "")
    chosen = chosen if chosen in LISTS else "waiting"
    table = table_of(chosen, user, today=timezone.localdate()).bind(request, listed(chosen, user))
    counts = {key: listed(key, user).count() for key in LISTS if key != "all"}
    today = timezone.localdate()
    first = (today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    context = {
        "table": table,
        "chosen": chosen,
        "lists": [(key, label, counts.get(key)) for key, label in LISTS.items()],
        "next": next_check(user, after=None, now=now),
        "progress": sample_progress(user, quality_settings(), now=now),
        "past": PastRejectionsForm(
            initial={"first": first, "last": today.replace(day=1) - dt.timedelta(days=1)}, auto_id="past_%s"
        ),
    }
    return respond(request, "quality/checks.html", context, table)


@requires(Right.CHECK_REJECTIONS)
@require_POST
def check_period(request: HttpRequest) -> HttpResponse:
    """Draw the sample of the rejections of past days."""
    form = PastRejectionsForm(request.POST)
    if not form.is_valid():
        say(request, " ".join(str(one) for errors in form.errors.values() for one in errors), level=messages.ERROR)
        return redirect("quality:checks")
    since, until = (
        timezone.make_aware(dt.datetime.combine(day, dt.time()))
        for day in (form.cleaned_data["first"], form.cleaned_data["last"] + dt.timedelta(days=1))
    )
    made = queue_period(
        since=since,
        until=until,
        with_contradictions=form.cleaned_data["with_contradictions"],
        now=timezone.now(),
        today=timezone.localdate(),
    )
    say(
        request,
        ngettext("%(count)s rejection came into the queue.", "%(count)s rejections came into the queue.", made)
        % {"count": made},
    )
    return redirect("quality:checks")


@requires(Right.CHECK_REJECTIONS)
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """One rejection with all that is needed to judge it; the decision opens the next one."""
    user: User = request.user  # type: ignore[assignment]
    shown = _find(user, pk)
    calls = calls_about(user, shown.decision.lead)
    if request.method == "GET":
        return _page(request, shown, DecisionForm(check=shown, calls=calls))
    form = DecisionForm(request.POST, request.FILES, check=shown, calls=calls)
    if not form.is_valid():
        return _page(request, shown, form, status=422)
    try:
        decided = _decide(shown, user, form)
    except EvidenceRefused as refused:
        form.add_error("document", say_document_refused(refused))
        return _page(request, shown, form, status=422)
    except CheckRefused as refused:
        say(request, say_refusal(refused), level=messages.ERROR)
        return _page(request, _find(user, pk), form, status=409)
    _tell(request, decided)
    following = next_check(user, after=decided, now=timezone.now())
    return redirect("quality:check", pk=following.pk) if following else redirect("quality:checks")


@requires(Right.CHECK_REJECTIONS)
@require_POST
def check_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the reader is at this check; says so when somebody else is."""
    user: User = request.user  # type: ignore[assignment]
    found = _find(user, pk)
    try:
        found = open_check(check=found, author=user, now=timezone.now(), takes_over="take_over" in request.POST)
        by = None
    except OpenElsewhere as elsewhere:
        by = elsewhere.by
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("quality:check", pk=pk)
    return render(request, "quality/check_open.html", {"check": found, "open_by": by})


@requires(Right.CHECK_REJECTIONS)
@require_POST
def check_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Put back what the reader found right a moment ago."""
    user: User = request.user  # type: ignore[assignment]
    try:
        undo_right(check=_find(user, pk), author=user, now=timezone.now())
    except CheckRefused as refused:
        say(request, say_refusal(refused), level=messages.ERROR)
    return redirect("quality:check", pk=pk)


@requires(Right.CHECK_REJECTIONS)
@require_POST
def check_time(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the time a check took."""
    found = _find(request.user, pk)
    form = TimeForm(request.POST)
    if form.is_valid():
        set_working_time(check=found, seconds=form.seconds, now=timezone.now())
        say(request, _("Saved."))
    else:
        say(request, _("Write the time in minutes."), level=messages.ERROR)
    return redirect("quality:check", pk=pk)


@requires(Right.RULE)
@require_POST
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """The head's word between a seller and an analyst."""
    user: User = request.user  # type: ignore[assignment]
    found = _find(user, pk)
    form = RulingForm(request.POST)
    if not form.is_valid():
        say(request, _("Say why, so that both can follow it."), level=messages.ERROR)
        return redirect("quality:check", pk=pk)
    is_upheld = request.POST.get("verdict") == "wrong"
    try:
        rule_on_check(
            check=found, author=user, is_upheld=is_upheld, ruling=form.cleaned_data["ruling"], now=timezone.now()
        )
    except CheckRefused as refused:
        say(request, say_refusal(refused), level=messages.ERROR)
        return redirect("quality:check", pk=pk)
    say(request, _("Decided: the finding stands.") if is_upheld else _("Decided: the rejection was right."))
    return redirect(f"{reverse('quality:checks')}?list=disputed")


@requires(Right.WRITE_SALES)
@require_GET
def check_document(request: HttpRequest, pk: int) -> FileResponse:
    """The document that shows why; always a download, so that nothing in it runs."""
    user: User = request.user  # type: ignore[assignment]
    found = get_object_or_404(readable_checks(user), pk=pk)
    path = evidence_path(found)
    if path is None:
        raise Http404
    answer = FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=found.document_name or path.name,
        content_type=CONTENT_TYPES[path.suffix[1:]],
    )
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _find(user: Any, pk: int) -> Check:
    return get_object_or_404(with_details(visible_checks(user)), pk=pk)


def _decide(check: Check, user: User, form: DecisionForm) -> Check:
    """Keep the document and decide; a refused decision leaves no document behind."""
    data = form.cleaned_data
    document = keep_evidence(data["document"]) if data["document"] else None
    evidence = Evidence(data["finding"], data["clause"], data["call"], data["call_second"], document)
    asked: dict[str, Any] = {"check": check, "author": user, "evidence": evidence, "now": timezone.now()}
    try:
        if form.is_wrong:
            return find_wrong(returned_to=data["returned_to"], seconds=form.seconds, **asked)
        return find_right(seconds=form.seconds, **asked)
    except CheckRefused:
        if document:
            drop_evidence(document.stored)
        raise


def _tell(request: HttpRequest, decided: Check) -> None:
    person = str(decided.decision.lead.person)
    if decided.state == CheckState.RIGHT:
        said = _("%(person)s: rightly rejected.") % {"person": person}
        return say(request, said, undo=reverse("quality:check_undo", args=[decided.pk]))
    if decided.returned_to:
        said = _("%(person)s goes back to %(seller)s.") % {"person": person, "seller": decided.returned_to}
        return say(request, said)
    return say(request, _("%(person)s: wrongly rejected. It was at work again already.") % {"person": person})


def _page(request: HttpRequest, check: Check, form: DecisionForm, status: int = 200) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    now = timezone.now()
    is_own = user.pk in (check.decision.author_id, check.decision.seller_id)
    context = {
        "check": check,
        "form": form,
        "is_own": is_own,
        "reasons": why_chosen(check),
        "next": next_check(user, after=check, now=now),
        "open_by": check.opened_by if is_open_elsewhere(check, user, now) else None,
        "ruling": RulingForm(auto_id="ruling_%s")
        if check.state == CheckState.DISPUTED and has_right(user, Right.RULE)
        else None,
        "time": TimeForm.of(check) if check.checked_at else None,
        **judged_on(user, check),
    }
    return render(request, "quality/check.html", context, status=status)
