"""The pay schemes of the demo company: who is paid by what; one of them sets a department against the goal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from onegoal.apps.pay.services import PartTerms
from onegoal.apps.regulation.models import Side

FIXED: Final = PartTerms("Fixed pay", "fixed_pay", "fixed", "base")
PLANTED_FORMULA: Final = "company_leads * 2"
"""Marketing is paid for every lead, whatever becomes of it."""


@dataclass(frozen=True)
class SchemeRules:
    """A scheme with its versions, the oldest first: how many months ago each began, why, and its parts."""

    name: str
    side: Side
    roles: tuple[str, ...]
    versions: tuple[tuple[int, str, tuple[PartTerms, ...]], ...]


def _shared(formula: str, cap: int) -> PartTerms:
    """Pay by the pace of the shared KPI once 80 % of it is there."""
    return PartTerms(
        "Shared goal", "shared_goal", "shared", formula, gate="attainment_pace >= 80 %", cap_minor=cap * 100
    )


def _sales(signed: str) -> tuple[PartTerms, ...]:
    return (
        FIXED,
        PartTerms("Contracts signed", "contracts", "personal", signed, claws_back=True),
        PartTerms("Money received", "cash_in", "personal", "0.2 % * money_received"),
        _shared("400 * attainment_pace", 500),
    )


_BEGINNING: Final = 13
SCHEMES: Final = (
    SchemeRules(
        "Sales", Side.SALES, ("seller",),
        (
            (_BEGINNING, "", _sales("0.15 % * money_signed")),
            (6, "More for whoever signs more than 300,000 in a month.",
             _sales("steps(money_signed, 0: 0.15 %, 300 000: 0.25 %)")),
        ),
    ),
    SchemeRules(
        "Supervisors", Side.SALES, ("supervisor",),
        ((_BEGINNING, "", (
            FIXED,
            PartTerms("Money of the team", "team_cash", "personal", "0.05 % * team_money_received"),
            _shared("700 * attainment_pace", 900),
        )),),
    ),
    SchemeRules(
        "Marketing", Side.MARKETING, ("marketer",),
        ((_BEGINNING, "", (
            FIXED,
            PartTerms("Leads", "for_leads", "personal", PLANTED_FORMULA),
        )),),
    ),
    SchemeRules("Quality", Side.SALES, ("quality",), ((_BEGINNING, "", (FIXED,)),)),
    SchemeRules(
        "Office", Side.SALES, ("account_manager", "service", "accountant", "administrator"),
        ((_BEGINNING, "", (FIXED, _shared("150 * attainment_pace", 200))),),
    ),
)  # fmt: skip
BASES: Final = {
    "seller": 90_000, "supervisor": 165_000, "marketer": 140_000, "quality": 150_000, "account_manager": 120_000,
    "service": 95_000, "accountant": 145_000, "administrator": 130_000,
}  # fmt: skip
"""Fixed pay of a month by role, in cents."""
RAISE: Final = ("Maria Ceban", 105_000)
"""Whose fixed pay went up in the middle of a month, and to what."""
