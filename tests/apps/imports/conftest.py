"""What the tests of imports share: files, maps and the clock."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.world import NOW

LEADS_MAP = """
source: site
leads:
  columns: {id: ID, created_at: Date, name: Name, phone: Phone, source: From}
"""


@pytest.fixture
def take(tmp_path: Path, settings: Any) -> Callable[..., Any]:
    """Import text (or a file) by a map and return the counts of the main kind with the whole progress."""
    settings.MEDIA_ROOT = tmp_path / "files"

    def run(
        content: str | Path, mapping: str, kind: str = "leads", *, name: str = "file.csv", is_trial: bool = False
    ) -> Any:
        from onegoal.apps.imports import services
        from onegoal.apps.imports.map_files import parse_map

        path = content if isinstance(content, Path) else tmp_path / name
        if isinstance(content, str):
            path.write_text(content, "utf-8")
        run_one = services.try_file if is_trial else services.import_file
        progress, problems, warnings = run_one(
            path=path, kind=kind, mapping=parse_map(mapping), name=name, size=path.stat().st_size, clock=lambda: NOW
        )
        counts = progress.counts[kind]
        assert counts["read"] == sum(counts[part] for part in ("created", "updated", "unchanged", "rejected"))
        return counts, progress, problems, warnings

    return run
