"""The page of one version: its grid to read and to type into, what is missing, and what can be done with it."""

from __future__ import annotations

import json
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.company.queries import current_company
from onegoal.apps.planning.check_panel import panel_of
from onegoal.apps.planning.grid_html import column_name, head_html, rows_html
from onegoal.apps.planning.models import PlanVersion, VersionState
from onegoal.apps.planning.queries.grid import Grid, grid_of
from onegoal.apps.planning.queries.history import starting_point
from onegoal.apps.planning.queries.typed import Typed, TypedRefused, cells_typed
from onegoal.apps.planning.queries.versions import cells_of
from onegoal.apps.planning.services.cells import CellsRefused, Edit, set_cells, undo_edit
from onegoal.apps.planning.services.plans import PlanRefused
from onegoal.apps.planning.views.common import find_version, say_refused, user_of
from onegoal.apps.planning.views.signing import steps_of
from onegoal.apps.shell.figures import language
from onegoal.apps.shell.toasts import say
from onegoal.core.plan_grid import Place

MOST_TYPED: Final = 5_000
_CHANGED: Final = "plan-changed"


@requires(Right.SEE_PLAN)
@require_GET
def grid(request: HttpRequest, pk: int) -> HttpResponse:
    """One version as a grid; asked for by the grid itself, only that."""
    version = find_version(request, pk)
    if getattr(request, "htmx", False) and request.htmx.target == "plan-grid":  # type: ignore[attr-defined]
        return _grid(request, version)
    siblings = version.plan.versions.exclude(pk=version.pk)
    context = (
        _context(request, version)
        | steps_of(version, user_of(request))
        | {
            "siblings": siblings,
            "company_words": _("the whole company"),
            "starts": [
                ("last_year", _("The same months last year")),
                ("run_rate", _("The run rate of the last three months")),
            ],
        }
    )
    return render(request, "planning/version.html", context)


@requires(Right.DRAFT_PLAN)
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Set what was typed or pasted; all of it or nothing."""
    version = find_version(request, pk)
    today = timezone.localdate()
    try:
        entries = _entries(request)
        revision = int(request.POST.get("revision", ""))
        values = cells_typed(version, entries, language=language(), today=today)
        edit = set_cells(version=version, values=values, now=timezone.now(), revision=revision)
    except (TypedRefused, CellsRefused, PlanRefused) as refusal:
        say_refused(request, refusal)
        is_stale = isinstance(refusal, CellsRefused) and refusal.code == "stale"
        return _grid(request, find_version(request, pk), status=409 if is_stale else 422)
    except ValueError:
        return HttpResponse(status=400)
    return _after(request, pk, edit)


@requires(Right.DRAFT_PLAN)
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one edit back; the answer names the batch that does it again."""
    version = find_version(request, pk)
    batch = request.POST.get("batch") or request.GET.get("batch", "")
    is_partial = bool(getattr(request, "htmx", False))
    try:
        edit = undo_edit(version=version, batch=batch[:80], now=timezone.now())
    except (CellsRefused, PlanRefused) as refusal:
        say_refused(request, refusal)
        if not is_partial:
            return redirect("planning:version", pk)
        return _grid(request, find_version(request, pk), status=422)
    return _after(request, pk, edit) if is_partial else redirect("planning:version", pk)


@requires(Right.DRAFT_PLAN)
@require_POST
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the company's own history as the starting point of a draft."""
    version = find_version(request, pk)
    start = "last_year" if request.POST.get("start") == "last_year" else "run_rate"
    values = starting_point(version.plan, start, today=timezone.localdate())  # type: ignore[arg-type]
    if not values:
        say(request, _("There is no history of these months to start from. Nothing was changed."))
        return _grid(request, version)
    try:
        emptied: dict[Place, int | None] = dict.fromkeys(cells_of(version))
        edit = set_cells(version=version, values=emptied | values, now=timezone.now())
    except (CellsRefused, PlanRefused) as refusal:
        say_refused(request, refusal)
        return _grid(request, find_version(request, pk), status=422)
    said = ngettext("%(count)s cell filled from history.", "%(count)s cells filled from history.", edit.changed)
    say(request, said % {"count": edit.changed})
    return _after(request, pk, edit)


@requires(Right.SEE_PLAN)
@require_GET
def checks(request: HttpRequest, pk: int) -> HttpResponse:
    """What is missing, what would close it, and how likely each target is."""
    version = find_version(request, pk)
    return render(request, "planning/checks.html", {"panel": panel_of(version, timezone.now()), "version": version})


def may_edit(request: HttpRequest, version: PlanVersion) -> bool:
    """Tell whether the reader may type into this version."""
    return version.state == VersionState.DRAFT and has_right(user_of(request), Right.DRAFT_PLAN)


def _after(request: HttpRequest, pk: int, edit: Edit) -> HttpResponse:
    answer = _grid(request, find_version(request, pk), batch=edit.batch if edit.changed else "")
    answer["HX-Trigger-After-Settle"] = _CHANGED
    return answer


def _entries(request: HttpRequest) -> list[Typed]:
    rows = json.loads(request.POST.get("edits", "[]"))
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_TYPED:
        raise ValueError("edits")
    entries = []
    for row in rows:
        if not isinstance(row, list) or len(row) != 3 or not all(isinstance(part, str) for part in row):
            raise ValueError("edits")
        entries.append(Typed(*row))
    return entries


def _grid(request: HttpRequest, version: PlanVersion, *, status: int = 200, batch: str = "") -> HttpResponse:
    return render(request, "planning/grid.html", _context(request, version) | {"batch": batch}, status=status)


def _context(request: HttpRequest, version: PlanVersion) -> dict[str, Any]:
    said = request.POST if request.method == "POST" else request.GET
    opened = [key for key in said.get("open", "").split(",") if key][:200]
    by_part, currency = said.get("by") == "part", current_company().currency or "EUR"
    shown = grid_of(version, opened=opened, by_part=by_part)
    url = reverse("planning:version", args=[version.pk]) + ("?by=part" if by_part else "")
    return {
        "version": version,
        "plan": version.plan,
        "columns": [(column.key, column_name(column)) for column in shown.columns],
        "head": head_html(shown),
        "blocks": _blocks(shown, currency, url, opened),
        "may_edit": may_edit(request, version),
        "opened": ",".join(opened),
        "by_part": by_part,
        "currency": currency,
        "is_empty": not version.cells.exists(),
        "width": len(shown.columns) + 1,
    }


def _blocks(shown: Grid, currency: str, url: str, opened: list[str]) -> list[dict[str, Any]]:
    names = {"sales": _("Sales"), "marketing": _("Marketing"), "both": _("Together")}
    return [
        {"name": names[one.key], "rows": rows_html(one.rows, shown, currency=currency, url=url, opened=opened)}
        for one in shown.blocks
    ]
