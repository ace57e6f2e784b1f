"""What is done with leads of the inbox: taking, giving to somebody, tasks, a file of the chosen ones, and the way back."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.audit.batches import in_one_batch
from onegoal.apps.desk import services
from onegoal.apps.desk.forms import AssignForm, TaskForm
from onegoal.apps.desk.inbox_table import COLUMNS, TAKERS
from onegoal.apps.desk.queries.inbox import claimable
from onegoal.apps.desk.queries.rows import rows_of
from onegoal.apps.desk.services import AlreadyTaken
from onegoal.apps.desk.words import taken_words
from onegoal.apps.sales.models import Lead
from onegoal.apps.sales.queries import visible_leads
from onegoal.apps.shell.responses import export as export_table
from onegoal.apps.shell.tables import Table
from onegoal.apps.shell.toasts import say
from onegoal.apps.shell.undoing import came_from, undo_url

MOST_CHOSEN: Final = 1_000


@requires(Right.WRITE_SALES)
@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a lead nobody has and open its card; who comes second is told who was first, and when."""
    user = _taker(request)
    lead = get_object_or_404(claimable(user), pk=pk)
    try:
        with in_one_batch("claim") as batch:
            services.assign_lead(lead=lead, seller=user, now=timezone.now(), is_claim=True)
    except AlreadyTaken as refusal:
        return _too_late(request, refusal)
    say(request, _("The lead is yours."), undo=undo_url(user_id=user.pk, batch=batch, back=_inbox()))
    url = reverse("cards:lead", args=[lead.pk])
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


@requires(Right.WRITE_SALES)
@require_POST
def claim_chosen(request: HttpRequest) -> HttpResponse:
    """Take all chosen leads that nobody has."""
    user = _taker(request)
    leads = claimable(user).filter(pk__in=_chosen(request))
    with in_one_batch("claim") as batch:
        given = services.claim_leads(leads=list(leads), seller=user, now=timezone.now())
    count = len(given.leads)
    if count:
        said = ngettext("%(count)s lead is yours.", "%(count)s leads are yours.", count) % {"count": count}
        say(request, said, undo=undo_url(user_id=user.pk, batch=batch, back=_inbox()))
    for refusal in given.taken:
        say(request, taken_words(refusal, now=timezone.now()), level=messages.ERROR)
    return redirect(came_from(request, _inbox()))


@requires(Right.WRITE_SALES)
@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest) -> HttpResponse:
    """Give chosen leads to a colleague: first to whom, then it is done, with an undo."""
    user: User = request.user  # type: ignore[assignment]
    leads = list(_givable(user).filter(pk__in=_chosen(request)).select_related("person", "seller"))
    if not leads:
        raise Http404
    is_said = "seller" in request.POST
    form = AssignForm(
        request.POST if is_said else None, today=timezone.localdate(), needs_reason=not has_right(user, Right.ASSIGN)
    )
    if not (is_said and form.is_valid()):
        context = {"form": form, "leads": leads, "next": came_from(request, _inbox())}
        return render(request, "desk/assign.html", context, status=422 if is_said else 200)
    seller = form.cleaned_data["seller"]
    with in_one_batch("assign") as batch:
        services.assign_leads(leads=leads, seller=seller, now=timezone.now(), reason=form.cleaned_data["reason"])
    said = ngettext("%(count)s lead is given to %(name)s.", "%(count)s leads are given to %(name)s.", len(leads))
    undo = undo_url(user_id=user.pk, batch=batch, back=_inbox())
    say(request, said % {"count": len(leads), "name": seller.name}, undo=undo)
    return redirect(came_from(request, _inbox()))


@requires(Right.WRITE_SALES)
@require_http_methods(["GET", "POST"])
def tasks(request: HttpRequest) -> HttpResponse:
    """Set one task on every chosen lead, with an undo."""
    user: User = request.user  # type: ignore[assignment]
    leads = list(visible_leads(user).filter(pk__in=_chosen(request)).select_related("person", "seller"))
    if not leads:
        raise Http404
    is_said = "title" in request.POST
    form = TaskForm(request.POST if is_said else None)
    if not (is_said and form.is_valid()):
        context = {"form": form, "leads": leads, "next": came_from(request, _inbox())}
        return render(request, "desk/tasks.html", context, status=422 if is_said else 200)
    with in_one_batch("tasks") as batch:
        services.set_tasks(leads=leads, now=timezone.now(), **form.cleaned_data)
    said = ngettext("The task is set on %(count)s lead.", "The task is set on %(count)s leads.", len(leads))
    say(request, said % {"count": len(leads)}, undo=undo_url(user_id=user.pk, batch=batch, back=_inbox()))
    return redirect(came_from(request, _inbox()))


@requires(Right.SEE_PEOPLE)
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """A workbook of the chosen leads with every column."""
    user: User = request.user  # type: ignore[assignment]
    leads = visible_leads(user).filter(pk__in=_chosen(request)).order_by("-created_at", "-pk")
    table = Table(key="leads", columns=COLUMNS).bind(request, rows_of(leads, user, timezone.now()))
    table.columns = list(COLUMNS)
    return export_table(table, "xlsx")


def _inbox() -> str:
    return reverse("desk:inbox")


def _taker(request: HttpRequest) -> User:
    user: User = request.user  # type: ignore[assignment]
    if user.role not in TAKERS:
        raise Http404
    return user


def _givable(user: User) -> QuerySet[Lead]:
    """The leads a colleague may give to others: those they see if they may assign, else their own."""
    leads = visible_leads(user)
    return leads if has_right(user, Right.ASSIGN) else leads.filter(seller=user)


def _chosen(request: HttpRequest) -> list[int]:
    said = request.POST.getlist("chosen") or request.GET.getlist("chosen")
    return [int(text) for text in said[:MOST_CHOSEN] if text.isascii() and text.isdigit() and len(text) < 19]


def _too_late(request: HttpRequest, refusal: AlreadyTaken) -> HttpResponse:
    words = taken_words(refusal, now=timezone.now())
    if request.htmx:  # type: ignore[attr-defined]
        say(request, words, level=messages.ERROR)
        return HttpResponse(status=409, headers={"HX-Refresh": "true"})
    context: dict[str, Any] = {"words": words, "back": came_from(request, _inbox())}
    return render(request, "desk/taken.html", context, status=409)
