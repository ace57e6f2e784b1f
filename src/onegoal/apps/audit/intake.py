"""What became of each row that was taken in: the same words for imports, the API and the demo."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class Fate(enum.StrEnum):
    """What a row did to the records."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True)
class RowFate:
    """The fate of one row; a rejected one says which column of the catalogue of fields and why, by a code of `docs/import-errors.md`."""

    fate: Fate
    record_id: int | None = None
    column: str = ""
    code: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
