"""A report as a workbook: what it says on the first sheet, each part on one of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from typing import IO, Final

from django.http import FileResponse
from django.utils.translation import gettext as _

from onegoal.apps.analysis.sections import Section
from onegoal.connectors.tables.writer import write_workbook

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KEPT_IN_MEMORY: Final = 2_000_000


def write_report(target: IO[bytes], heading: str, days: str, sections: Sequence[Section]) -> None:
    """Write a report of some days, in words, and its parts."""
    told = [[section.title, section.finding, section.note] for section in sections]
    first = (heading, [_("Part"), _("What it says"), _("Note")], [[days, "", ""], *told])
    write_workbook(target, [first, *(section.sheet() for section in sections)])


def report_file(name: str, heading: str, days: str, sections: Sequence[Section]) -> FileResponse:
    """Return a report as a workbook to keep."""
    # Kept on disk beyond two megabytes; Django closes it once it is sent, and the system then removes it.
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY)  # noqa: SIM115
    write_report(file, heading, days, sections)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
