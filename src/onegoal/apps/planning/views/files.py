"""The plan as a workbook: downloaded, sent back, and the refused one with its faults marked."""

from __future__ import annotations

import re
import secrets
import tempfile
import time
from pathlib import Path
from typing import IO, Final

from django.conf import settings
from django.core import signing
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.planning.models import PlanVersion
from onegoal.apps.planning.services.cells import CellsRefused, set_cells
from onegoal.apps.planning.services.plans import PlanRefused
from onegoal.apps.planning.views.common import find_version, say_refused, user_of
from onegoal.apps.planning.xlsx.layout import Fault
from onegoal.apps.planning.xlsx.marking import fault_words, mark_faults
from onegoal.apps.planning.xlsx.reading import ReadPlan, read_plan
from onegoal.apps.planning.xlsx.writing import write_plan
from onegoal.apps.shell.toasts import say

_SALT: Final = "onegoal.planning.refused"
_KEPT_SECONDS: Final = 24 * 3600
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@requires(Right.SEE_PLAN)
@require_GET
def export(request: HttpRequest, pk: int) -> FileResponse:
    """The version as XLSX."""
    version = find_version(request, pk)
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=2_000_000)  # noqa: SIM115 - Django closes it once sent
    write_plan(file, version)
    file.seek(0)
    name = re.sub(r"[^\w-]+", "-", f"plan-{version.plan.name}-{version.number}".lower()).strip("-")
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=_TYPE)


@requires(Right.DRAFT_PLAN)
@require_http_methods(["GET", "POST"])
def take_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a workbook in as the figures of a draft: all of it, or nothing and a list of what is to be mended."""
    version = find_version(request, pk)
    sent = request.FILES.get("file")
    if request.method == "GET" or sent is None:
        status = 422 if request.method == "POST" else 200
        return render(request, "planning/import.html", {"version": version, "is_missing": status == 422}, status=status)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.xlsx"
        with path.open("wb") as target:
            for chunk in sent.chunks():
                target.write(chunk)
        read = read_plan(path, version)
        faults = read.faults or _stale(read, version, is_wanted=request.POST.get("overwrite") == "1")
        if faults:
            return _refused(request, version, faults, path)
    return _taken(request, version, read)


@requires(Right.DRAFT_PLAN)
@require_GET
def refused(request: HttpRequest, pk: int, token: str) -> HttpResponseBase:
    """The refused workbook with its faults marked, for a day and for its sender."""
    find_version(request, pk)
    try:
        owner, name = signing.loads(token, salt=_SALT, max_age=_KEPT_SECONDS)
    except signing.BadSignature:
        raise Http404 from None
    path = _folder() / name
    if owner != user_of(request).pk or not path.exists():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename="plan-to-mend.xlsx", content_type=_TYPE)


def _taken(request: HttpRequest, version: PlanVersion, read: ReadPlan) -> HttpResponse:
    try:
        edit = set_cells(version=version, values=read.values, now=timezone.now(), revision=version.revision)
    except (CellsRefused, PlanRefused) as refusal:
        say_refused(request, refusal)
        return redirect("planning:version", version.pk)
    if not edit.changed:
        say(request, _("The file holds what the plan already holds."))
        return redirect("planning:version", version.pk)
    said = ngettext("%(count)s cell taken from the file.", "%(count)s cells taken from the file.", edit.changed)
    undo = f"{reverse('planning:undo', args=[version.pk])}?batch={edit.batch}"
    say(request, said % {"count": edit.changed}, undo=undo)
    return redirect("planning:version", version.pk)


def _stale(read: ReadPlan, version: PlanVersion, *, is_wanted: bool) -> list[Fault]:
    made = read.passport
    is_older = made is not None and made.version_id == version.pk and made.revision != version.revision
    return [Fault("stale")] if is_older and not is_wanted else []


def _refused(request: HttpRequest, version: PlanVersion, faults: list[Fault], path: Path) -> HttpResponse:
    _forget_old()
    name = f"{secrets.token_hex(16)}.xlsx"
    url = ""
    # Only what was recognised as a workbook of this plan is worth marking, and safe to open once more.
    if any(fault.sheet for fault in faults) and mark_faults(path, _folder() / name, faults):
        token = signing.dumps([user_of(request).pk, name], salt=_SALT)
        url = reverse("planning:refused", args=[version.pk, token])
    context = {
        "version": version, "faults": [(fault.sheet, fault.cell, fault_words(fault)) for fault in faults],
        "refused_url": url, "is_stale": any(fault.code == "stale" for fault in faults),
    }  # fmt: skip
    return render(request, "planning/import.html", context, status=422)


def _folder() -> Path:
    folder = Path(settings.MEDIA_ROOT) / "refused-plans"
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    return folder


def _forget_old() -> None:
    for path in _folder().glob("*.xlsx"):
        if path.stat().st_mtime < time.time() - _KEPT_SECONDS:
            path.unlink(missing_ok=True)
