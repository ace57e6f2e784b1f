"""Why something about pay is refused, as codes that screens put into words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class PayRefused(Exception):
    """A refused write: `code`, and what it concerns in `about` (a name, a month, errors).

    Schemes: name_taken, no_parts, bad_parts (`about`: list of PartError), not_a_draft, same_person, month_locked
    (`about`: the last locked day), no_right. Members: overlaps (`about`: the other scheme's name), ends_before_it_starts,
    bad_value (`about`: its key). Shares: shares_not_whole (`about`: their sum), twice. Runs: run_locked, run_missing,
    month_not_over, has_problems (`about`: how many), changed (computed anew it would come to something else), no_currency.
    Adjustments: nothing, decided, own_pay, same_person. Disputes: not_own, not_locked, not_open, no_text, own_pay.
    """

    def __init__(self, code: str, about: Any = "") -> None:
        self.code, self.about = code, about
        super().__init__(f"{code} {about}" if isinstance(about, str | int) else code)

    @property
    def errors(self) -> Sequence[Any]:
        """The errors of parts, where that is why."""
        return self.about if isinstance(self.about, list) else ()
