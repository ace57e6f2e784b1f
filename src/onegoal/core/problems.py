"""Why a value that somebody typed or exported cannot be accepted, as codes that the screens put into words."""

from __future__ import annotations


class ValueProblem(ValueError):
    """A refused value: `code` is a stable word for programs, `value` the text as it came (cut to 200 characters)."""

    def __init__(self, code: str, value: object) -> None:
        self.code = code
        self.value = str(value)[:200]
        super().__init__(f"{code}: {self.value!r}")
