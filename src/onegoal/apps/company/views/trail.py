"""The trail of changes as a page and as a file."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.kept_pages import kept_until_change
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.audit.forms import TrailForm
from onegoal.apps.audit.queries import TrailFilter, TrailLine, entity_names, in_words, trail
from onegoal.core.csv_safety import neutralise

_ON_A_PAGE = 50
_IN_A_FILE = 200_000
_AT_ONCE = 500


@requires(Right.SEE_AUDIT)
@require_GET
@kept_until_change()
def page(request: HttpRequest) -> HttpResponse:
    """Every change, newest first, with filters in the address."""
    form = TrailForm(request.GET or None, entities=entity_names())
    shown = _Page(trail(_asked(form)), _ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": shown, "lines": in_words(list(shown.object_list)), "query": _query(request)}
    return render(request, "company/trail.html", context)


@requires(Right.SEE_AUDIT)
@require_GET
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The same changes as CSV, one line for each field that changed."""
    form = TrailForm(request.GET or None, entities=entity_names())
    response = StreamingHttpResponse(_csv(_asked(form)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="changes.csv"'
    return response


class _Page(Paginator):
    """Counts at most a hundred pages: nobody turns more, and counting millions is slow."""

    _MOST = 100

    @property
    def count(self) -> int:
        return self.object_list[: self.per_page * self._MOST].count()  # type: ignore[attr-defined]


def _asked(form: TrailForm) -> TrailFilter:
    data: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    return TrailFilter(
        actor_id=data["actor"].pk if data.get("actor") else None,
        entity=data.get("entity", ""),
        entity_id=data.get("entity_id"),
        batch=data.get("batch", ""),
        via=data.get("via", ""),
        start=_midnight(data.get("start")),
        end=_midnight(data["end"] + dt.timedelta(days=1)) if data.get("end") else None,
    )


def _midnight(day: dt.date | None) -> dt.datetime | None:
    return dt.datetime.combine(day, dt.time(), get_current_timezone()) if day else None


def _query(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()


def _csv(asked: TrailFilter) -> Iterator[str]:
    yield "\ufeff" + _row(
        [
            _("when"),
            _("who"),
            _("through"),
            _("batch"),
            _("record"),
            "id",
            _("change"),
            _("field"),
            _("before"),
            _("after"),
        ]
    )
    entries = iter(trail(asked)[:_IN_A_FILE].iterator(chunk_size=_AT_ONCE))
    while bunch := list(islice(entries, _AT_ONCE)):
        for line in in_words(bunch):
            yield from _rows(line)


def _rows(line: TrailLine) -> Iterator[str]:
    entry = line.entry
    start = [
        localtime(entry.at).isoformat(timespec="seconds"), entry.actor.name if entry.actor else "", entry.via,
        entry.batch, line.kind, entry.entity_id, entry.get_action_display(),
    ]  # fmt: skip
    for difference in line.differences:
        yield _row([*start, difference.label, difference.before, difference.after])
    if not line.differences:
        yield _row([*start, "", "", ""])


def _row(cells: list[Any]) -> str:
    file = io.StringIO()
    csv.writer(file).writerow([neutralise(cell) for cell in cells])
    return file.getvalue()
