"""Answers of pages that hold a table: the whole page, the table alone, or a file of what is seen."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from typing import IO, Any, Final

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from onegoal.apps.shell.tables import BoundTable
from onegoal.connectors.tables.writer import write_csv, write_xlsx

_KEPT_IN_MEMORY: Final = 2_000_000
_FORMATS: Final[dict[str, tuple[Callable[..., object], str]]] = {
    "csv": (write_csv, "text/csv; charset=utf-8"),
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def respond(
    request: HttpRequest, template: str, context: dict[str, Any], *tables: BoundTable, status: int = 200
) -> HttpResponseBase:
    """Answer with the file, the one table or the whole page that the request asks for."""
    for table in tables:
        if table.get("export") in _FORMATS:
            return export(table, table.get("export"))
        if getattr(request, "htmx", False) and request.htmx.target == table.element_id:  # type: ignore[attr-defined]
            return _partial(request, table)
    return render(request, template, context, status=status)


def export(table: BoundTable, file_format: str) -> FileResponse:
    """Return the chosen columns of every row that passes the filters, in the order shown, as CSV or XLSX."""
    write, content_type = _FORMATS[file_format]
    # Kept on disk beyond two megabytes; Django closes it once it is sent, and the system then removes it.
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY)  # noqa: SIM115
    header = [title for column in table.columns for title in column.file_titles]
    rows = ([value for column in table.columns for value in column.file_values(row)] for row in table.all_rows())
    write(file, header, rows)
    file.seek(0)
    name = re.sub(r"[^a-z0-9-]+", "-", table.table.key.lower())
    return FileResponse(file, as_attachment=True, filename=f"{name}.{file_format}", content_type=content_type)


def _partial(request: HttpRequest, table: BoundTable) -> HttpResponse:
    return render(request, "shell/table.html", {"table": table})
