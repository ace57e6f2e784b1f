"""Why a KPI cannot be written so."""

from __future__ import annotations

from collections.abc import Sequence

from onegoal.core.shared_kpi import Flaw


class KpiRefused(Exception):
    """A KPI cannot be written so.

    `code` is period_reversed, not_a_draft, not_active, not_ended, overlap (`name` says with which), no_working_day,
    terms (`flaws` say what is wrong), reason_missing, change_waits, nothing_changed, period_over, not_waiting, no_right,
    signed_already (`name` says by whom) or same_person.
    """

    def __init__(self, code: str, *, name: str = "", flaws: Sequence[Flaw] = ()) -> None:
        self.code, self.name, self.flaws = code, name, list(flaws)
        super().__init__(code)
