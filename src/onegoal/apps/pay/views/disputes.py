"""Disputes: raised from the own statement, answered by those who draft pay, taken back by the one who raised them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.pay.forms import AnswerForm, DisputeForm
from onegoal.apps.pay.models import DisputeState, RunState
from onegoal.apps.pay.queries.statements import statement_of, visible_disputes, visible_statements
from onegoal.apps.pay.reading import month_words
from onegoal.apps.pay.services import answer_dispute, raise_dispute, withdraw_dispute
from onegoal.apps.pay.story import told
from onegoal.apps.pay.views.common import attempt, attempt_undoable, user_of
from onegoal.apps.pay.views.pages import show_statement
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import Column, Filter, Table
from onegoal.apps.shell.toasts import say

_TABLE = Table(
    "pay-disputes",
    columns=(
        Column("user", gettext_lazy("person"), value="statement.user.name", order_by="statement__user__name",
               link=lambda one: reverse("pay:statement", args=[one.statement_id]) + f"#dispute-{one.pk}"),
        Column("month", gettext_lazy("month"), value=lambda one: month_words(one.statement.run.month),
               order_by="statement__run__month"),
        Column("line", gettext_lazy("line"), value="line_name", order_by="line_name"),
        Column("text", gettext_lazy("what is wrong"), sortable=False),
        Column("raised_at", gettext_lazy("raised at"), "moment"),
        Column("state", gettext_lazy("state"), value=lambda one: one.get_state_display(), order_by="state"),
        Column("answered_by", gettext_lazy("answered by"), value="answered_by.name", order_by="answered_by__name"),
    ),
    default_sort="-raised_at",
    filters=(Filter("state", gettext_lazy("state"), DisputeState.choices),),
    title=gettext_lazy("Disputes"),
    stacks=True,
    empty_title=gettext_lazy("No disputes"),
    empty_text=gettext_lazy("Who finds a line of the own statement wrong says so on the statement; the answer stands there."),
)  # fmt: skip


@requires(Right.SEE_OWN_PAY, Right.SEE_PAY)
@require_GET
def disputes(request: HttpRequest) -> HttpResponseBase:
    """The disputes about statements the reader may see."""
    table = _TABLE.bind(request, visible_disputes(user_of(request)))
    return respond(request, "shell/one_table.html", {"table": table}, table)


@requires(Right.SEE_OWN_PAY)
@require_POST
def raise_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what is wrong with the own statement."""
    reader = user_of(request)
    found = statement_of(reader, pk)
    if found is None or found.user_id != reader.pk or found.run.state != RunState.LOCKED:
        raise Http404
    form = DisputeForm(request.POST, lines=[line.title for line in told(found, reader)])
    if not form.is_valid():
        return show_statement(request, pk, form)
    said = form.cleaned_data
    attempt_undoable(
        request, "dispute",
        lambda: raise_dispute(
            statement=found, user=reader, text=said["text"], line_name=said["line_name"], now=timezone.now()
        ),
        _("Sent. The answer will stand on this page."),
    )  # fmt: skip
    return redirect(reverse("pay:statement", args=[pk]) + "#disputes")


@requires(Right.DRAFT_PAY)
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a dispute; an accepted one may bring an adjustment."""
    dispute = get_object_or_404(visible_disputes(user_of(request)), pk=pk)
    form, accepted = AnswerForm(request.POST), request.POST.get("decision") == "accept"
    back = redirect(reverse("pay:statement", args=[dispute.statement_id]) + f"#dispute-{pk}")
    if not form.is_valid():
        words = " ".join(str(error) for errors in form.errors.values() for error in errors)
        say(request, words, level=messages.ERROR)
        return back
    amount = (form.cleaned_data["amount"] or 0) if accepted else 0
    done = _("Answered. The adjustment waits for approval by another person.") if amount else _("Answered.")
    attempt(
        request,
        lambda: answer_dispute(
            dispute=dispute, accepted=accepted, answer=form.cleaned_data["answer"], user=user_of(request),
            now=timezone.now(), amount_minor=amount,
        ),
        done,
    )  # fmt: skip
    return back


@requires(Right.SEE_OWN_PAY)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the own dispute back, with an undo."""
    reader = user_of(request)
    own = visible_disputes(reader).filter(statement__in=visible_statements(reader).filter(user=reader))
    dispute = get_object_or_404(own, pk=pk)
    attempt_undoable(
        request, "dispute", lambda: withdraw_dispute(dispute=dispute, user=reader, now=timezone.now()), _("Taken back.")
    )
    return redirect("pay:statement", dispute.statement_id)
