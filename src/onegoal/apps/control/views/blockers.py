"""Blockers: raised in two taps from any page, the list, one with its remarks, and what is done about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.audit.batches import in_one_batch
from onegoal.apps.control.forms import ChangeForm, RaiseForm, ResolveForm, WordsForm
from onegoal.apps.control.models import Blocker
from onegoal.apps.control.places import place_of
from onegoal.apps.control.queries.blockers import may_manage, time_taken, visible_blockers, with_state
from onegoal.apps.control.services import blockers as services
from onegoal.apps.control.tables import blockers_table, whose
from onegoal.apps.control.words_stakes import basis_words, stake_words
from onegoal.apps.sales.queries import visible_deals, visible_leads
from onegoal.apps.shell import panels
from onegoal.apps.shell.figures import language
from onegoal.apps.shell.numbers import write_day
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.toasts import say
from onegoal.apps.shell.undoing import came_from, undo_url


@requires(Right.RAISE_BLOCKER)
@require_http_methods(["GET", "POST"])
def raise_(request: HttpRequest) -> HttpResponse:
    """The small form, for the box of every page or alone; saving says who is to mend it and how to take it back."""
    user = _user(request)
    page = request.POST.get("page") or request.GET.get("page") or ""
    place = place_of(page, user)
    form = RaiseForm(request.POST or None, initial={"link": place.link, "page": page})
    is_box = bool(getattr(request, "htmx", False))
    if request.method == "POST" and form.is_valid():
        with in_one_batch("blocker") as batch:
            made = services.raise_blocker(
                text=form.cleaned_data["text"], link=form.cleaned_data["link"], about=place.about, author=user,
                now=timezone.now(), today=timezone.localdate(),
            )  # fmt: skip
        say(request, _raised(made), undo=undo_url(user_id=user.pk, batch=batch, back=reverse("control:blockers")))
        if is_box:
            return HttpResponse(status=204, headers={"HX-Trigger": '{"onegoal:done": true}'})
        return redirect("control:blocker", pk=made.pk)
    template = "control/raise_form.html" if is_box else "control/raise.html"
    return render(request, template, {"form": form, "about": place.about}, status=422 if form.errors else 200)


@requires(Right.RAISE_BLOCKER)
@require_GET
def blockers(request: HttpRequest) -> HttpResponseBase:
    """The list: open ones first by stake; filters by state, owner, link, project and age."""
    user, now = _user(request), timezone.now()
    rows = with_state(visible_blockers(user), today=timezone.localdate())
    table = blockers_table(now).bind(request, whose(rows, request, user, now))
    context = {"table": table, "taken": time_taken(user, now=now), "whose": request.GET.get("whose", "")}
    return respond(request, "control/blockers.html", context, table)


@requires(Right.RAISE_BLOCKER)
@require_http_methods(["GET", "POST"])
def blocker(request: HttpRequest, pk: int) -> HttpResponse:
    """One blocker: what it says and puts at stake, remarks, and the forms of those who may change it."""
    user, now = _user(request), timezone.now()
    shown = _seen(request, pk)
    may = may_manage(user, shown)
    form = ChangeForm(request.POST or None, blocker=shown)
    if request.method == "POST":
        if not may:
            raise Http404
        if form.is_valid():
            return _done(
                request, shown, _("Saved."),
                lambda: services.change_blocker(
                    blocker=shown, values=form.cleaned_data, author=user, now=now, today=timezone.localdate()
                ),
            )  # fmt: skip
    context = {
        "blocker": shown,
        "may_manage": may,
        "form": form,
        "resolve_form": ResolveForm(),
        "remark_form": WordsForm(),
        "remarks": shown.remarks.select_related("author"),
        "stake": stake_words(shown.stake_minor, shown.stake_basis),
        "basis": basis_words(shown.stake_basis),
        "is_late": shown.resolved_at is None and shown.due_on is not None and shown.due_on < timezone.localdate(),
        "age": ((shown.resolved_at or now) - shown.raised_at).total_seconds() / 86_400,
        "is_owner": shown.owner_id == user.pk,
        # The page it was raised on may hold what this reader may not see: that page then says so itself.
        "sees_lead": shown.lead_id and visible_leads(user).filter(pk=shown.lead_id).exists(),
        "sees_deal": shown.deal_id and visible_deals(user).filter(pk=shown.deal_id).exists(),
    }
    return render(request, "control/blocker.html", context, status=422 if form.errors else 200)


@requires(Right.RAISE_BLOCKER)
@require_POST
def remark(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something about a blocker."""
    shown = _seen(request, pk)
    return _done(
        request, shown, _("Noted."),
        lambda: services.add_remark(
            blocker=shown, author=_user(request), text=request.POST.get("text", "")[:4_000], now=timezone.now()
        ),
    )  # fmt: skip


@requires(Right.RAISE_BLOCKER)
@require_POST
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a blocker with how it was resolved."""
    shown = _managed(request, pk)
    return _done(
        request, shown, _("Resolved."),
        lambda: services.resolve_blocker(
            blocker=shown, user=_user(request), words=request.POST.get("words", "")[:500], now=timezone.now()
        ),
    )  # fmt: skip


@requires(Right.RAISE_BLOCKER)
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a resolved blocker again."""
    shown = _managed(request, pk)
    return _done(
        request, shown, _("Open again."), lambda: services.reopen_blocker(blocker=shown, now=timezone.now())
    )  # fmt: skip


@requires(Right.RAISE_BLOCKER)
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take over a blocker one sees: become who mends it."""
    shown = _seen(request, pk)
    return _done(
        request, shown, _("It is yours now."),
        lambda: services.take_over(blocker=shown, user=_user(request), now=timezone.now()),
    )  # fmt: skip


@requires(Right.RAISE_BLOCKER)
@require_POST
def estimate(request: HttpRequest, pk: int) -> HttpResponse:
    """Estimate the stake again from the chain as it is today."""
    shown = _managed(request, pk)
    return _done(
        request, shown, _("Estimated again."),
        lambda: services.estimate_again(blocker=shown, now=timezone.now(), today=timezone.localdate()),
    )  # fmt: skip


@requires(Right.RAISE_BLOCKER)
@require_GET
def panel(request: HttpRequest, of: str, pk: int) -> HttpResponse:
    """What hinders one lead or deal, anew after something was raised on its card."""
    user = _user(request)
    record = get_object_or_404(visible_leads(user) if of == "lead" else visible_deals(user), pk=pk)
    return HttpResponse(panels.render(panels.panel("lead" if of == "lead" else "deal", "blockers"), request, record))


def _done(request: HttpRequest, shown: Blocker, words: str, change: Callable[[], object]) -> HttpResponse:
    """Carry out a change, say so with a way back or why not, and go back to the blocker."""
    back = reverse("control:blocker", args=[shown.pk])
    try:
        with in_one_batch("blocker") as batch:
            change()
    except services.BlockerRefused as refused:
        say(request, refusal_words(refused.code), level=messages.ERROR)
    else:
        say(request, words, undo=undo_url(user_id=_user(request).pk, batch=batch, back=back))
    return redirect(came_from(request, back) if request.POST.get("next") else back)


def refusal_words(code: str) -> str:
    """Return why a blocker cannot be written so."""
    return {
        "no_text": _("Say what hinders."),
        "no_words": _("Write a few words."),
        "resolved": _("It is resolved already. Open it again to change it."),
        "open": _("It is open already."),
    }[code]


def _raised(made: Blocker) -> str:
    said = {"name": made.owner.name if made.owner else "", "day": _day(made.due_on)}
    if made.owner is None:
        return _("Raised. Nobody is to mend it yet.")
    return _("Raised. %(name)s is to mend it by %(day)s.") % said


def _day(day: dt.date | None) -> str:
    return write_day(day, language(), with_year=False)


def _seen(request: HttpRequest, pk: int) -> Blocker:
    return get_object_or_404(visible_blockers(_user(request)), pk=pk)


def _managed(request: HttpRequest, pk: int) -> Blocker:
    shown = _seen(request, pk)
    if not may_manage(_user(request), shown):
        raise Http404
    return shown


def _user(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]
