"""The report of the audit, its history, the numbers its levers rest on, and the way from a conflict to a draft that mends it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.conflicts import charts, services, tables, words
from onegoal.apps.conflicts.forms import NumbersForm
from onegoal.apps.conflicts.models import ConflictReport
from onegoal.apps.conflicts.queries.history import ground_of, numbers_in_use
from onegoal.apps.conflicts.queries.reports import CONFLICT, conflicts_of, visible_reports, waiting_report
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.toasts import say
from onegoal.core.kpi_conflicts import ASSUMPTIONS, pools_of

_SHOWN_REPORTS = 24


@requires(Right.AUDIT_KPIS)
@require_GET
def latest(request: HttpRequest) -> HttpResponseBase:
    """Show the latest report, or what will be here."""
    found = visible_reports(request.user).exclude(finished_at=None).first()  # type: ignore[arg-type]
    return _page(request, found)


@requires(Right.AUDIT_KPIS)
@require_GET
def report(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show one report as it was made."""
    found = visible_reports(request.user).exclude(finished_at=None)  # type: ignore[arg-type]
    return _page(request, get_object_or_404(found, pk=pk))


@requires(Right.AUDIT_KPIS)
@require_GET
def reports(request: HttpRequest) -> HttpResponseBase:
    """Show all reports and what their conflicts would cost."""
    made = visible_reports(request.user).exclude(finished_at=None).filter(failed=False)  # type: ignore[arg-type]
    latest_first = list(made[:_SHOWN_REPORTS])
    table = tables.reports_table(request, made)
    context = {
        "table": table,
        "chart": charts.trend_chart(latest_first[::-1]) if len(latest_first) > 1 else None,
        "has_reports": bool(latest_first),
    }
    return respond(request, "conflicts/reports.html", context, table)


@requires(Right.AUDIT_KPIS)
@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Ask for an audit."""
    try:
        services.ask_audit(author=request.user, now=timezone.now())  # type: ignore[arg-type]
        say(request, _("The audit begins within seconds. You may leave this page."))
    except services.AlreadyRunning:
        say(request, _("An audit is running already."))
    return redirect("conflicts:latest")


@requires(Right.AUDIT_KPIS)
@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """How far the audit is; when it is over, the whole page is fetched anew."""
    running = waiting_report()
    answer = render(request, "conflicts/progress.html", {"running": running})
    if running is None:
        answer["HX-Refresh"] = "true"
    return answer


@requires(Right.AUDIT_KPIS)
@require_POST
def mend(request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """Draft the scheme's next version with the change that mends a conflict, and open it."""
    found = get_object_or_404(visible_reports(request.user), pk=pk)  # type: ignore[arg-type]
    now = timezone.now()
    try:
        version = services.draft_mend(
            report=found,
            place=place,
            author=request.user,  # type: ignore[arg-type]
            now=now,
            today=timezone.localtime(now).date(),
        )
    except services.NothingToMend:
        say(request, _("This scheme can no longer be changed from here: run the audit again."))
        return redirect("conflicts:report", pk=pk)
    say(
        request,
        _("A draft of %(scheme)s is ready. It counts once another person has approved it.")
        % {"scheme": version.scheme},
    )
    return redirect("pay:edit", pk=version.pk)


@requires(Right.AUDIT_KPIS)
@require_http_methods(["GET", "POST"])
def numbers(request: HttpRequest) -> HttpResponseBase:
    """Show and set the numbers the levers rest on."""
    ground = ground_of(timezone.localdate())
    usual, _chosen = numbers_in_use()
    form = NumbersForm(request.POST or None, numbers=usual)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        for key in ASSUMPTIONS:
            estimate, low, high = form.number(key)
            services.set_number(key=key, estimate=estimate, low=low, high=high, author=request.user, now=now)  # type: ignore[arg-type]
        say(request, _("Kept. The next audit uses these numbers."))
        return redirect("conflicts:numbers")
    table = tables.channels_table(request, ground.history.channels)
    context = {
        "lines": [_number_line(line, ground) for line in form.lines()],
        "table": table,
        "pools": pools_of(ground.history.channels),
        "has_own": bool(ground.set_by_us),
        "months": ground.history.size,
    }
    status = 200 if request.method == "GET" or form.is_valid() else 422
    return respond(request, "conflicts/numbers.html", context, table, status=status)


@requires(Right.AUDIT_KPIS)
@require_POST
def reset(request: HttpRequest) -> HttpResponse:
    """Go back to the numbers that come with the product."""
    services.reset_numbers(now=timezone.now())
    say(request, _("The numbers are those that come with the product."))
    return redirect("conflicts:numbers")


def _page(request: HttpRequest, found: ConflictReport | None) -> HttpResponseBase:
    bound = [tables.findings_table(request, found), tables.tested_table(request, found)] if found else []
    context: dict[str, Any] = {
        "report": found,
        "running": waiting_report(),
        "conflicts": [_conflict(found, at, one) for at, one in enumerate(found.findings) if one["kind"] == CONFLICT]
        if found
        else [],
        "others": [
            {"title": words.title_of(one), "sentence": words.sentence_of(one), "url": _place_of(one)}
            for one in found.findings
            if one["kind"] != CONFLICT
        ]
        if found
        else [],
        "tables": bound,
        "summary": _summary(found) if found else "",
        "untested": ", ".join(words.lever_name(key) for key in found.basis.get("untested", ())) if found else "",
        "schemes": found.basis.get("schemes", []) if found else [],
        "may_draft": has_right(request.user, Right.DRAFT_PAY),  # type: ignore[arg-type]
    }
    return respond(request, "conflicts/report.html", context, *bound)


def _summary(found: ConflictReport) -> str:
    if found.failed:
        return _("The audit broke down. Nothing was changed; run it again.")
    if not found.basis.get("kpi"):
        return _("No shared KPI is active, so no lever could be tried against it.")
    conflicts = conflicts_of(found)
    if not conflicts:
        return _("No conflict: nobody's pay rises while the goal falls, as far as these months can tell.")
    loss = sum(-one["kpi"][0] for one in conflicts)
    return ngettext(
        "%(count)s conflict, worth %(points)s points of the goal",
        "%(count)s conflicts, worth %(points)s points of the goal",
        len(conflicts),
    ) % {"count": len(conflicts), "points": words.points(loss)}


def _conflict(found: ConflictReport, at: int, one: dict[str, Any]) -> dict[str, Any]:
    mended = one["mend"]
    return {
        "title": words.title_of(one),
        "sentence": words.pay_sentence(one),
        "what": words.LEVERS[one["lever"]][1],
        "parts": words.parts_sentence(one),
        "part": one["part"],
        "side": words.side_name(one["side"]),
        "version": one["version"],
        "scheme_url": reverse("pay:scheme", args=[one["scheme_id"]]),
        "people": [(person["name"], words.signed_money(person["gain"])) for person in one["people"]],
        "chart": charts.curve_chart(one, at),
        "mend": words.mend_sentence(one),
        "was": mended and mended["was"],
        "now": mended and mended["now"],
        "extra": [part for part in mended["parts"] if not part["name"]] if mended else [],
        "mend_url": reverse("conflicts:mend", args=[found.pk, at]) if mended else "",
        "p": one["p"],
    }


def _place_of(one: dict[str, Any]) -> str:
    if one["kind"] == "plan":
        return reverse("planning:plans")
    if one.get("scheme_id"):
        return reverse("pay:scheme", args=[one["scheme_id"]])
    return {
        "owner_gone": reverse("goal:kpis"),
        "not_planned": reverse("planning:plans"),
        "nobodys": reverse("planning:plans"),
        "department_without_shared": reverse("pay:schemes"),
    }.get(one["kind"], "")


def _number_line(line: dict[str, Any], ground: Any) -> dict[str, Any]:
    key = line["key"]
    one = ground.numbers[key]
    if key in ground.own:
        source = ngettext(
            "sharpened by your own %(count)s month: %(value)s (%(low)s–%(high)s)",
            "sharpened by your own %(count)s months: %(value)s (%(low)s–%(high)s)",
            ground.own[key],
        ) % {
            "count": ground.own[key],
            "value": round(one.estimate, 2),
            "low": round(one.low, 2),
            "high": round(one.high, 2),
        }
    else:
        source = _("set by you") if key in ground.set_by_us else _("assumed")
    return {**line, "source": source}
