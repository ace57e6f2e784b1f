"""The room's first page, my statements, and one statement explained line by line."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.pay.forms import DisputeForm
from onegoal.apps.pay.models import Adjustment, DisputeState, RunState, SchemeState, SchemeVersion, Statement
from onegoal.apps.pay.queries.flags import flags_in_force
from onegoal.apps.pay.queries.statements import (
    statement_of,
    visible_disputes,
    visible_runs,
    visible_schemes,
    visible_statements,
)
from onegoal.apps.pay.reading import month_words
from onegoal.apps.pay.story import told
from onegoal.apps.pay.views.common import user_of
from onegoal.apps.pay.words import flag_words
from onegoal.apps.shell import numbers
from onegoal.apps.shell.charts import Chart, Series, Unit
from onegoal.apps.shell.figures import language

_MONTHS_SHOWN = 12


@requires(Right.SEE_OWN_PAY, Right.SEE_PAY)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What waits and what is wrong with how people are paid; everybody else goes to the own statements."""
    reader = user_of(request)
    if not has_right(reader, Right.SEE_PAY):
        return redirect("pay:mine")
    today = timezone.localdate()
    runs: list[Any] = list(visible_runs(reader)[:_MONTHS_SHOWN])
    drafts = SchemeVersion.objects.filter(state=SchemeState.DRAFT).select_related("scheme", "author")
    context = {
        "flags": [flag_words(flag) for flag in flags_in_force(today)],
        "has_schemes": visible_schemes(reader).exists(),
        "latest": runs[0] if runs else None, "open_runs": [run for run in runs if run.state == RunState.DRAFT],
        "drafts": drafts, "reader": reader,
        "disputes": visible_disputes(reader).filter(state=DisputeState.OPEN).count(),
        "adjustments": Adjustment.objects.filter(approved_at=None, refused_at=None).count(),
        "chart": _runs_chart([run for run in runs if run.total_minor is not None][::-1]),
        "last_month": (today.replace(day=1) - dt.timedelta(days=1)).replace(day=1),
    }  # fmt: skip
    return render(request, "pay/home.html", context)


@requires(Right.SEE_OWN_PAY)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The reader's own approved statements, month by month, and the schemes that pay the reader."""
    reader = user_of(request)
    own = list(visible_statements(reader).filter(user=reader, run__state=RunState.LOCKED).order_by("-run__month"))
    schemes = visible_schemes(reader).filter(members__user=reader).distinct()
    context = {"statements": own, "schemes": schemes, "chart": own_chart(own)}
    return render(request, "pay/mine.html", context)


@requires(Right.SEE_OWN_PAY, Right.SEE_PAY)
@require_GET
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """One statement: every line in words to the cent, with the deals and payments behind it."""
    return show_statement(request, pk)


def show_statement(request: HttpRequest, pk: int, form: DisputeForm | None = None) -> HttpResponse:
    """Answer with a statement the reader may see, or 404; `form` is a dispute sent back with its faults."""
    reader = user_of(request)
    found = statement_of(reader, pk)
    if found is None:
        raise Http404
    lines = told(found, reader)
    is_own, is_locked = found.user_id == reader.pk, found.run.state == RunState.LOCKED
    earlier = visible_statements(reader).filter(user=found.user, run__month__lte=found.run.month)
    months = list(earlier.order_by("-run__month")[:_MONTHS_SHOWN])
    may_dispute = is_own and is_locked
    context = {
        "statement": found, "run": found.run, "lines": lines, "is_own": is_own, "is_locked": is_locked,
        "chart": own_chart(months) if len(months) > 1 else None,
        "before": months[1] if len(months) > 1 else None,
        "disputes": visible_disputes(reader).filter(statement=found),
        "may_answer": has_right(reader, Right.DRAFT_PAY) and not is_own,
        "may_see_all": has_right(reader, Right.SEE_PAY),
        "form": form or (DisputeForm(lines=[line.title for line in lines]) if may_dispute else None),
    }  # fmt: skip
    return render(request, "pay/statement.html", context, status=422 if form else 200)


def own_chart(statements: list[Statement]) -> Chart | None:
    """Return one person's totals month by month, the newest statement first among those given."""
    if len(statements) < 2:
        return None
    ordered = sorted(statements[:_MONTHS_SHOWN], key=lambda one: one.run.month)
    currency = ordered[-1].run.currency
    said = {
        "month": month_words(ordered[-1].run.month),
        "amount": numbers.write_money(ordered[-1].total_minor, currency, language(), style="exact"),
    }
    return _months_chart(
        "statements", _("%(month)s: %(amount)s") % said, currency,
        [(one.run.month.isoformat(), one.total_minor) for one in ordered],
    )  # fmt: skip


def _runs_chart(runs: list[Any]) -> Chart | None:
    if len(runs) < 2:
        return None
    said = {
        "month": month_words(runs[-1].month),
        "amount": numbers.write_money(runs[-1].total_minor, runs[-1].currency, language(), style="whole"),
    }
    title = _("Pay of %(month)s: %(amount)s in all") % said
    return _months_chart("runs", title, runs[-1].currency, [(run.month.isoformat(), run.total_minor) for run in runs])


def _months_chart(key: str, title: str, currency: str, months: list[tuple[str, int]]) -> Chart:
    return Chart(
        key=key, kind="bars", label_kind="month", title=title, labels=[month for month, _total in months],
        unit=Unit("money", currency), series=(Series(_("paid"), [total for _month, total in months]),), size="small",
    )  # fmt: skip
