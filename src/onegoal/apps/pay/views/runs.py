"""Pay runs: compute a month, see who gets what against another month, approve, and hand over to the payroll."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.pay.forms import month_of
from onegoal.apps.pay.models import Adjustment, PayRun, RunState, Statement
from onegoal.apps.pay.queries.rules import last_of_month
from onegoal.apps.pay.queries.statements import PayrollRow, payroll_of, visible_runs
from onegoal.apps.pay.reading import dictionary_for, month_words
from onegoal.apps.pay.services import approve_run, compute_run, discard_run, propose_late_facts
from onegoal.apps.pay.views.common import attempt, find_run, user_of
from onegoal.apps.pay.words import problems_words
from onegoal.apps.shell.responses import export, respond
from onegoal.apps.shell.tables import Column, Table
from onegoal.apps.shell.toasts import say
from onegoal.core.periods import add_months

_MONTHS_OFFERED = 13


@dataclass(frozen=True)
class Row:
    """One person of a run: the sums by kind, the total, and that of the month it is compared with (None: not paid then)."""

    pay: PayrollRow
    statement_id: int
    before: int | None

    @property
    def change(self) -> int:
        """Return by how much more the person gets."""
        return self.pay.total - (self.before or 0)


@requires(Right.SEE_PAY)
@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    """All runs, the newest first, and the months that can be computed."""
    reader = user_of(request)
    found = list(visible_runs(reader))
    context = {"runs": found, "months": _open_months(found), "may_compute": has_right(reader, Right.DRAFT_PAY)}
    return render(request, "pay/runs.html", context)


@requires(Right.DRAFT_PAY)
@require_POST
def compute(request: HttpRequest) -> HttpResponse:
    """Compute a month, or its draft anew."""
    month = month_of(request.POST.get("month", ""))
    if month is None or month > timezone.localdate():
        say(request, _("Choose a month that has begun."), level=messages.ERROR)
        return _go(request, reverse("pay:runs"))
    run = attempt(request, lambda: compute_run(month=month, author=user_of(request), now=timezone.now()), "")
    if run is None:
        return _go(request, reverse("pay:runs"))
    say(request, _("%(month)s is computed. Another person approves it.") % {"month": month_words(run.month)})
    return _go(request, reverse("pay:run", args=[run.pk]))


@requires(Right.SEE_PAY)
@require_GET
def run(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One run: people with their total against another month, what could not be counted, what waits."""
    found, reader = find_run(request, pk), user_of(request)
    others = list(PayRun.objects.exclude(pk=pk).order_by("-month"))
    against = _against(found, others, request.GET.get("against", ""))
    rows = _rows(found, against)
    table = _table(found.currency, against).bind(request, rows, totals=_totals(rows))
    is_draft = found.state == RunState.DRAFT
    context = {
        "run": found, "table": table, "against": against, "others": others, "is_draft": is_draft,
        "problems": problems_words(found.problems, dictionary_for()),
        "change": sum(row.change for row in rows) if against else None,
        "may_draft": has_right(reader, Right.DRAFT_PAY), "is_author": found.author_id == reader.pk,
        "may_approve": has_right(reader, Right.APPROVE_PAY),
        "is_over": timezone.localdate() > last_of_month(found.month),
        "late": Adjustment.objects.filter(corrects=found).select_related("user", "deal", "corrects"),
    }  # fmt: skip
    return respond(request, "pay/run.html", context, table)


@requires(Right.APPROVE_PAY)
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve and lock what another person computed, as it was seen."""
    found = find_run(request, pk)
    done = _("%(month)s is approved and locked. Everybody sees the own statement.") % {
        "month": month_words(found.month)
    }
    attempt(
        request,
        lambda: approve_run(
            run=found, user=user_of(request), now=timezone.now(), digest=request.POST.get("digest", "-")
        ),
        done,
    )
    return redirect("pay:run", pk)


@requires(Right.DRAFT_PAY)
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away; computing the month again brings it back."""
    found = find_run(request, pk)
    done = _("The draft is thrown away. Compute the month again to have it back.")
    is_gone = attempt(request, lambda: discard_run(run=found, now=timezone.now()) or True, done)
    return redirect("pay:runs") if is_gone else redirect("pay:run", pk)


@requires(Right.DRAFT_PAY)
@require_POST
def late(request: HttpRequest, pk: int) -> HttpResponse:
    """Look what a locked month would pay differently today and propose it as adjustments."""
    found = find_run(request, pk)
    made = attempt(request, lambda: propose_late_facts(run=found, now=timezone.now()), "")
    if made is not None:
        words = ngettext(
            "%(count)s adjustment is proposed; another person approves it.",
            "%(count)s adjustments are proposed; another person approves them.", len(made),
        )  # fmt: skip
        say(request, words % {"count": len(made)} if made else _("Nothing of this month has changed since."))
    return redirect("pay:run", pk)


@requires(Right.SEE_PAY)
@require_GET
def payroll(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file for the payroll: CSV, or XLSX by `?export=xlsx`."""
    found = find_run(request, pk)
    table = _payroll_table(found).bind(request, payroll_of(found))
    return export(table, "xlsx" if table.get("export") == "xlsx" else "csv")


def _go(request: HttpRequest, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if getattr(request, "htmx", False) else redirect(url)


def _open_months(found: Sequence[PayRun]) -> list[tuple[str, str]]:
    """Return the months that can be computed, the last whole one first."""
    this = timezone.localdate().replace(day=1)
    locked = {one.month for one in found if one.state == RunState.LOCKED}
    months = [add_months(this, -back) for back in range(_MONTHS_OFFERED)]
    offered = [month for month in (*months[1:], months[0]) if month not in locked]
    return [(f"{month:%Y-%m}", month_words(month)) for month in offered]


def _against(run: PayRun, others: Sequence[PayRun], wanted: str) -> PayRun | None:
    """Return the run to compare with: the one asked for, else the one before."""
    month = month_of(wanted)
    chosen = next((one for one in others if one.month == month), None)
    return chosen or next((one for one in others if one.month < run.month), None)


def _rows(run: PayRun, against: PayRun | None) -> list[Row]:
    statements = dict(Statement.objects.filter(run=run).values_list("user_id", "pk"))
    before = dict(Statement.objects.filter(run=against).values_list("user_id", "total_minor")) if against else {}
    return [Row(row, statements[row.user.pk], before.get(row.user.pk)) for row in payroll_of(run)]


def _totals(rows: Sequence[Row]) -> Mapping[str, Any]:
    kinds = {key: sum(getattr(row.pay, key) for row in rows) for key in _AMOUNTS}
    return kinds | {"before": sum(row.before or 0 for row in rows), "change": sum(row.change for row in rows)}


_AMOUNTS = {
    "fixed": gettext_lazy("fixed"), "personal": gettext_lazy("personal"), "shared": gettext_lazy("shared"),
    "adjustment": gettext_lazy("adjustments"), "claw_back": gettext_lazy("claimed back"), "total": gettext_lazy("total"),
}  # fmt: skip


def _table(currency: str, against: PayRun | None) -> Table:
    compared: tuple[Column, ...] = ()
    if against:
        compared = (
            Column("before", month_words(against.month), "money", currency=currency),
            Column("change", gettext_lazy("difference"), "money", currency=currency),
        )
    return Table(
        "pay-run",
        columns=(
            Column("user", gettext_lazy("person"), value="pay.user.name",
                   link=lambda row: reverse("pay:statement", args=[row.statement_id])),
            *(Column(key, label, "money", value=f"pay.{key}", currency=currency) for key, label in _AMOUNTS.items()),
            *compared,
        ),
        default_sort="user", search=("user",), stacks=True, page_size=200, keeps_views=False,
        empty_title=gettext_lazy("Nobody is paid in this month"),
        empty_text=gettext_lazy("Say on the page of a scheme whom it pays, then compute again."),
    )  # fmt: skip


def _payroll_table(run: PayRun) -> Table:
    amounts = (Column(key, label, "money", currency=run.currency) for key, label in _AMOUNTS.items())
    return Table(
        f"payroll-{run.month:%Y-%m}",
        columns=(
            Column("month", gettext_lazy("month"), value=lambda _row: f"{run.month:%Y-%m}"),
            Column("user", gettext_lazy("person"), value="user.name"),
            Column("email", gettext_lazy("e-mail"), value="user.email"),
            *amounts,
            Column("currency", gettext_lazy("currency"), value=lambda _row: run.currency),
        ),
        keeps_views=False,
    )  # fmt: skip
