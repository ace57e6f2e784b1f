"""The import centre: what was imported, how it goes, what came of it, and taking it back."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.imports import jobs, services
from onegoal.apps.imports.fields import Kind
from onegoal.apps.imports.models import ACTIVE, Import, ImportProgress, State
from onegoal.apps.imports.queries import visible_imports, visible_mappings
from onegoal.apps.imports.reading import Problem
from onegoal.apps.imports.running import import_folder
from onegoal.apps.imports.words import say_problem, say_refusal
from onegoal.apps.shell.tables import Column, Table
from onegoal.apps.shell.toasts import say

_COUNTS = (
    ("read", lazy("read")), ("created", lazy("created")), ("updated", lazy("updated")), ("unchanged", lazy("unchanged")),
    ("rejected", lazy("rejected")),
)  # fmt: skip


def _main_count(key: str) -> Any:
    def count(record: Import) -> int | None:
        progress = _progress_of(record)
        return progress.counts.get(record.kind, {}).get(key) if progress else None

    return count


IMPORTS = Table(
    key="imports",
    columns=[
        Column("shown_name", lazy("file"), link=lambda record: reverse("imports:show", args=[record.pk])),
        Column("kind", lazy("rows"), value=lambda record: record.get_kind_display(), order_by="kind"),
        Column("source", lazy("source")),
        Column("state", lazy("state"), value=lambda record: record.get_state_display(), order_by="state"),
        *(Column(key, label, kind="number", value=_main_count(key), sortable=False) for key, label in _COUNTS),
        Column("created_at", lazy("uploaded"), kind="moment"),
        Column("author", lazy("by"), value="author.name", sortable=False),
    ],
    default_sort="-created_at",
    search=("shown_name", "source"),
    title=lazy("Imports"),
    empty_title=lazy("Nothing imported yet"),
    empty_text=lazy("Upload an export; you see what it will do before anything is written."),
)  # fmt: skip


@requires(Right.IMPORT)
@require_GET
def centre(request: HttpRequest) -> HttpResponse:
    """All imports and the saved mappings."""
    user: Any = request.user
    table = IMPORTS.bind(request, visible_imports(user))
    return render(request, "imports/centre.html", {"table": table, "mappings": visible_mappings(user)})


@requires(Right.IMPORT)
@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: its progress while it runs, then its counts, problems and files."""
    record = _find(request, pk)
    if record.state == State.DRAFT and not record.failure:
        return redirect("imports:map", pk=pk)
    return render(request, "imports/show.html", _described(record))


@requires(Right.IMPORT)
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a running import is; when it is over, the whole page is fetched anew."""
    record = _find(request, pk)
    answer = render(request, "imports/progress.html", _described(record))
    if record.state not in ACTIVE:
        answer["HX-Refresh"] = "true"
    return answer


@requires(Right.IMPORT)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop an import; what was taken in so far stays and can be undone."""
    services.cancel_import(record=_find(request, pk), now=timezone.now())
    say(request, _("The import stops after the rows it is at."))
    return redirect("imports:show", pk=pk)


@requires(Right.IMPORT)
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with an import that stopped; rows already taken in are not taken twice."""
    record = _find(request, pk)
    if record.stored_name and record.state in {State.FAILED, State.CANCELLED}:
        services.resume_import(record=record, now=timezone.now())
        jobs.run_next.later()
    return redirect("imports:show", pk=pk)


@requires(Right.IMPORT)
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an import back."""
    try:
        services.undo_import(record=_find(request, pk), now=timezone.now())
        say(request, _("The import is taken back."))
    except services.Refused as refusal:
        say(request, say_refusal(refusal.code, refusal.params))
    return redirect("imports:show", pk=pk)


@requires(Right.IMPORT)
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a saved mapping."""
    user: Any = request.user
    saved = get_object_or_404(visible_mappings(user), pk=pk)
    services.forget_mapping(saved=saved, now=timezone.now())
    say(request, _("The mapping is deleted."))
    return redirect("imports:centre")


@requires(Right.IMPORT)
@require_GET
def download(request: HttpRequest, pk: int, which: str) -> HttpResponse | FileResponse:
    """The original file, or the rows that were refused, or those taken in without a value."""
    record = _find(request, pk)
    stem = record.shown_name.rsplit(".", 1)[0]
    files = {
        "original": (services.file_of(record), record.shown_name),
        "errors": (import_folder(record) / "problems.csv", f"{stem}-errors.csv"),
        "warnings": (import_folder(record) / "warnings.csv", f"{stem}-warnings.csv"),
    }
    path, name = files.get(which, (None, ""))
    if path is None or not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream")


def _find(request: HttpRequest, pk: int) -> Import:
    user: Any = request.user
    return get_object_or_404(visible_imports(user), pk=pk)


def _progress_of(record: Import) -> ImportProgress | None:
    return getattr(record, "progress", None)


def _described(record: Import) -> dict[str, Any]:
    progress = _progress_of(record)
    is_trial = record.state == State.TRIED
    counts = record.trial.get("counts", {}) if is_trial else progress.counts if progress else {}
    sample = record.trial.get("sample", []) if is_trial else progress.sample if progress else []
    folder = import_folder(record)
    return {
        "import": record,
        "is_trial": is_trial,
        "is_running": record.state in ACTIVE,
        "ahead": visible_ahead(record),
        "counts": [_in_words(kind, parts, record.kind) for kind, parts in counts.items()],
        "problems": [_said(one) for one in sample],
        "totals": record.trial.get("totals", 0) if is_trial else progress.totals if progress else 0,
        "rows_done": progress.rows_done if progress else 0,
        "percent": progress.percent if progress else None,
        "failure": say_refusal(record.failure["code"], record.failure.get("params", {})) if record.failure else "",
        "has_original": bool(record.stored_name) and services.file_of(record).is_file(),
        "has_errors": (folder / "problems.csv").is_file(),
        "has_warnings": (folder / "warnings.csv").is_file(),
        "can_undo": record.state in {State.DONE, State.CANCELLED, State.FAILED} and progress is not None,
        "can_resume": record.state in {State.FAILED, State.CANCELLED} and bool(record.stored_name),
        "can_mend": record.state == State.DONE and (folder / "problems.csv").is_file(),
        "kept": record.undo.get("kept", []),
        "undone": record.undo.get("undone"),
        "left": record.undo.get("left", 0),
    }


def visible_ahead(record: Import) -> int:
    """How many imports are before this one."""
    waiting = Import.objects.filter(state__in=(*ACTIVE,), created_at__lt=record.created_at)
    return waiting.count() if record.state in ACTIVE else 0


def _in_words(kind: str, parts: dict[str, int], main: str) -> dict[str, Any]:
    adds_up = parts["read"] == parts["created"] + parts["updated"] + parts["unchanged"] + parts["rejected"]
    return {"kind": Kind(kind).label, "is_main": kind == main, "adds_up": adds_up, **parts}


def _said(sample: dict[str, Any]) -> str:
    return say_problem(Problem(**{key: value for key, value in sample.items() if key != "kind"}))
