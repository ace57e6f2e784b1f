"""The one way in which attribution says no: a sentence that names the place and the remedy."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(eq=False)
class SourceRefused(Exception):
    """What was given cannot be counted exactly.

    `message` is one sentence, `remedy` another; `file` and `column` are "" and `row` is None where they do not apply.
    Rows of text files are counted as a spreadsheet shows them, the header being row 1; others are counted from 1.
    """

    code: str
    message: str
    file: str = ""
    row: int | None = None
    column: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()

    def as_json(self) -> dict[str, str | int | None]:
        """Return the parts as a program reads them."""
        return asdict(self)
