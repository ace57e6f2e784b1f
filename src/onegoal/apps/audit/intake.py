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
    """The fate of one row; a rejected one says which column of the catalogue of fields and why, by a code."""

    fate: Fate
    record_id: int | None = None
    column: str = ""
    code: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


class RowRefused(Exception):
    """A row that cannot be taken in: the column at fault, a code of docs/imports.md and what its words need."""

    def __init__(self, column: str, code: str, **params: object) -> None:
        super().__init__(f"{column}: {code}")
        self.column, self.code = column, code
        self.params = {name: str(value) for name, value in params.items()}

    def fate(self) -> RowFate:
        """Return the refusal as the row's fate."""
        return RowFate(Fate.REJECTED, column=self.column, code=self.code, params=self.params)
