"""Upload a file, say where its columns go while looking at its first rows, and begin."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.imports import jobs, services
from onegoal.apps.imports.editing import retarget, targets_of
from onegoal.apps.imports.forms import FileForm, FormatForm, MappingNameForm, TargetsForm, UploadForm
from onegoal.apps.imports.guessing import guess_map
from onegoal.apps.imports.map_files import map_from_dict
from onegoal.apps.imports.maps import ImportMap, MapProblem
from onegoal.apps.imports.models import Import, State
from onegoal.apps.imports.presets import GENERIC, preset_names
from onegoal.apps.imports.queries import Check, check_map, look_at, visible_imports, visible_mappings
from onegoal.apps.imports.words import say_problem, say_refusal
from onegoal.apps.shell.toasts import say
from onegoal.connectors.tables.detect import detect
from onegoal.connectors.tables.errors import FileProblem
from onegoal.connectors.tables.model import TableFormat
from onegoal.connectors.tables.preview import Preview


@requires(Right.IMPORT)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file in under a name of ours and look at it."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file, kind = form.cleaned_data["file"], form.cleaned_data["kind"]
        try:
            path, found = _stored(file)
            mapping = guess_map(kind, found.columns, source=form.cleaned_data["source"].strip())
        except FileProblem as problem:
            form.add_error("file", say_refusal(problem.code, problem.params))
        else:
            record = _begin(request, kind, mapping, file, path, found)
            return redirect("imports:map", pk=record.pk)
    return render(request, "imports/upload.html", {"form": form}, status=200 if request.method == "GET" else 422)


@requires(Right.IMPORT)
@require_POST
def mend(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the mended error file of an import in, with the import's own mapping."""
    first = _find(request, pk)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        say(request, " ".join(str(error) for error in form.errors.get("file", [])))
        return redirect("imports:show", pk=pk)
    try:
        path, found = _stored(form.cleaned_data["file"])
    except FileProblem as problem:
        say(request, say_refusal(problem.code, problem.params))
        return redirect("imports:show", pk=pk)
    mapping = map_from_dict(first.map)
    # Our own file is written in our own way, whatever the original was.
    plain = replace(mapping.format, encoding="", delimiter="", sheet="", header_row=None)
    mapping = replace(mapping, format=plain)
    record = _begin(request, first.kind, mapping, form.cleaned_data["file"], path, found, mends=first)
    services.start_import(record=record, now=timezone.now())
    jobs.run_next.later()
    return redirect("imports:show", pk=record.pk)


def _begin(
    request: HttpRequest, kind: str, mapping: ImportMap, file: UploadedFile, path: Path, found: TableFormat,
    mends: Import | None = None,
) -> Import:  # fmt: skip
    source = mapping.source or (file.name or "").rsplit(".", 1)[0][:60]
    record = services.begin_import(
        kind=kind, mapping=mapping.named(source), name=file.name or "", size=file.size or 0,
        author_id=request.user.pk, via="web", now=timezone.now(), mends=mends,
    )  # fmt: skip
    services.keep_file(record=record, path=path, kind=found.kind)
    return record


def _stored(file: UploadedFile) -> tuple[Path, TableFormat]:
    """Write the upload to the folder of arrivals and look what it is. Raises: FileProblem, and the file is gone."""
    path = Path(settings.HOME) / "incoming" / uuid.uuid4().hex
    with path.open("wb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    try:
        return path, detect(path)
    except FileProblem:
        path.unlink()
        raise


@requires(Right.IMPORT)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The mapping page: each column's target over the first rows, checked as it is changed."""
    record = _find(request, pk)
    if record.state not in {State.DRAFT, State.TRIED, State.FAILED} or not record.stored_name:
        return redirect("imports:show", pk=pk)
    page = _Page(request, record)
    if request.method == "POST":
        answer = page.act()
        if answer is not None:
            return answer
    template = "imports/check.html" if request.headers.get("HX-Request") else "imports/map.html"
    return render(request, template, page.context())


class _Page:
    """The mapping page of one request: what is shown, and what the buttons do."""

    def __init__(self, request: HttpRequest, record: Import) -> None:
        self.request, self.record = request, record
        self.path = services.file_of(record)
        self.mapping = map_from_dict(record.map)
        self.refusal = ""
        self.seen: Preview | None = None
        self._look()
        data = request.POST or None
        self.format_form = FormatForm(data, mapping=self.mapping, file_format=self.seen.format if self.seen else None)
        self.name_form = MappingNameForm(data if data and data.get("action") == "save" else None)
        self.targets_form = self._targets_form(data)

    def _look(self) -> None:
        try:
            self.seen = look_at(self.path, self.mapping)
            self.refusal = ""
        except FileProblem as problem:
            self.seen, self.refusal = None, say_refusal(problem.code, problem.params)

    def _targets_form(self, data: Any) -> TargetsForm:
        names = self.seen.header if self.seen else []
        targets = targets_of(self.mapping, self.record.kind, names)
        return TargetsForm(data, kind=self.record.kind, names=names, targets=targets)

    def act(self) -> HttpResponse | None:
        """Do what the pressed button says; None shows the page again."""
        action = self.request.POST.get("action", "apply")
        if action == "preset":
            return self._take(self._preset(self.request.POST.get("preset", "")))
        if not (self.format_form.is_valid() and self.targets_form.is_valid()):
            return None
        names = self.seen.header if self.seen else []
        self.mapping = retarget(self.mapping, self.record.kind, names, self.targets_form.wanted())
        self.mapping = self.format_form.apply(self.mapping)
        if self.request.headers.get("HX-Request"):
            self._look()
            return None
        return self._keep(action)

    def _keep(self, action: str) -> HttpResponse | None:
        now = timezone.now()
        services.change_map(record=self.record, mapping=self.mapping, now=now)
        if action == "save" and self.name_form.is_valid():
            name = self.name_form.cleaned_data["name"].strip()
            saved = services.save_mapping(
                name=name, kind=self.record.kind, mapping=self.mapping, habits=self.record.habits, now=now
            )
            say(
                self.request, _("Saved. Files put into watched/%(folder)s are imported by it.") % {"folder": saved.slug}
            )
        if action in {"try", "start"} and self._check().refusal is None and not self.refusal:
            start = services.start_trial if action == "try" else services.start_import
            start(record=self.record, now=now)
            jobs.run_next.later()
            return redirect("imports:show", pk=self.record.pk)
        return redirect("imports:map", pk=self.record.pk)

    def _preset(self, chosen: str) -> ImportMap | None:
        user: Any = self.request.user
        saved = visible_mappings(user).filter(slug=chosen.removeprefix("saved:")).first()
        if chosen.startswith("saved:") and saved:
            return map_from_dict(saved.map)
        try:
            names = self.seen.header if self.seen else []
            return guess_map(self.record.kind, names, preset_name=chosen)
        except MapProblem:
            return None

    def _take(self, mapping: ImportMap | None) -> HttpResponse:
        if mapping is not None:
            named = mapping if mapping.source else mapping.named(self.record.source)
            services.change_map(record=self.record, mapping=named, now=timezone.now())
        return redirect("imports:map", pk=self.record.pk)

    def _check(self) -> Check:
        if self.seen is None:
            return Check((), 0, (), ())
        return check_map(self.record.kind, self.mapping, self.seen, self.path.parent)

    def context(self) -> dict[str, Any]:
        """What the templates show."""
        check, seen = self._check(), self.seen
        refusal = self.refusal or (say_refusal(check.refusal.code, check.refusal.params) if check.refusal else "")
        user: Any = self.request.user
        bad = {(problem.row, problem.column) for problem in (*check.problems, *check.warnings)}
        return {
            "import": self.record,
            "format_form": self.format_form,
            "name_form": self.name_form,
            "columns": list(zip(seen.header, self.targets_form, strict=True)) if seen else [],
            "rows": [_shown(row, seen.header, bad) for row in seen.rows] if seen else [],
            "check": check,
            "total": len(check.rows),
            "refusal": refusal,
            "problems": [say_problem(problem) for problem in (*check.problems, *check.warnings)][:8],
            "presets": [name for name in preset_names(self.record.kind) if name != GENERIC],
            "saved": visible_mappings(user).filter(kind=self.record.kind),
            "also": [kind for kind in self.mapping.sections if kind != self.record.kind],
        }


def _shown(row: Any, names: list[str], bad: set[tuple[int, str]]) -> dict[str, Any]:
    cells = [
        {"text": "" if cell is None else str(cell)[:120], "is_bad": (row.number, name) in bad}
        for cell, name in zip(row.cells, names, strict=True)
    ]
    return {"number": row.number, "cells": cells}


def _find(request: HttpRequest, pk: int) -> Import:
    user: Any = request.user
    return get_object_or_404(visible_imports(user), pk=pk)
