"""Reads of imports and saved mappings, and of what a mapping makes of a file's first rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db.models import QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.imports.maps import ImportMap, MapProblem
from onegoal.apps.imports.models import Import, SavedMapping
from onegoal.apps.imports.reading import FileRow, MapReader, Problem
from onegoal.apps.imports.running import hints_of, setting_for
from onegoal.connectors.tables.preview import Preview, preview

PREVIEW_ROWS = 50


def visible_imports(user: User) -> QuerySet[Import]:
    """Return the imports the user may see: all for those who may import."""
    imports = Import.objects.select_related("progress", "author", "mends")
    return imports if has_right(user, Right.IMPORT) else imports.none()


def visible_mappings(user: User) -> QuerySet[SavedMapping]:
    """Return the saved mappings the user may use."""
    return SavedMapping.objects.all() if has_right(user, Right.IMPORT) else SavedMapping.objects.none()


@dataclass(frozen=True)
class Check:
    """What a map makes of the first rows: how many are fine, what is wrong, and why it cannot be used at all."""

    rows: Sequence[FileRow]
    fine: int
    problems: Sequence[Problem]
    warnings: Sequence[Problem]
    refusal: MapProblem | None = None


def look_at(path: Path, mapping: ImportMap) -> Preview:
    """The first rows of the file, read as the map says. Raises: FileProblem."""
    return preview(path, PREVIEW_ROWS, hints=hints_of(mapping))


def check_map(kind: str, mapping: ImportMap, seen: Preview, folder: Path) -> Check:
    """Try the map on the rows already seen."""
    try:
        reader = MapReader(kind, mapping, seen.header, setting_for(mapping, seen, folder, {}))
    except MapProblem as refusal:
        return Check((), 0, (), (), refusal)
    rows = [reader.row(row) for row in seen.rows]
    made = [read for row in rows for read in row.made.values()]
    problems = [read.problem for read in made if read.problem]
    bad_rows = {problem.row for problem in problems}
    warnings = [warning for read in made for warning in read.warnings]
    return Check(rows, len(rows) - len(bad_rows), problems, warnings)
