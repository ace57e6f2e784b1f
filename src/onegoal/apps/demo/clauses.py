"""What the demo company's departments agreed on: fields of a lead, criteria, reasons for rejection, the versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

BUDGET, BUYS_WITHIN, PURPOSE = "budget", "buys_within", "purpose"
PURPOSES: Final = ("to live in", "to let", "for the children", "second home")
FIELDS: Final[tuple[tuple[str, str, str, tuple[str, ...]], ...]] = (
    (BUDGET, "Budget, EUR", "number", ()),
    (BUYS_WITHIN, "Buys within, months", "number", ()),
    (PURPOSE, "Purpose", "choice", PURPOSES),
)
"""Key, label, kind and choices of the company's own fields of a lead."""


@dataclass(frozen=True)
class Reason:
    """A clause a rejection cites; `is_criterion` marks the one that is held against the lead's own data."""

    number: str
    text: str
    is_criterion: bool = False
    needs_attempts: bool = False
    suppresses: bool = False
    sub_reasons: tuple[str, ...] = ()

    @property
    def cited(self) -> str:
        """Return the reason as it stands on a lead."""
        return f"{self.number} {self.text}"


NO_BUDGET: Final = Reason("1.1", "Budget for our cheapest flat", is_criterion=True)
UNREACHED: Final = Reason("2.1", "Could not be reached", needs_attempts=True)
LEAVE_ALONE: Final = Reason("2.2", "Asked not to be contacted again", suppresses=True)
CURIOUS: Final = Reason("2.3", "Only curious", sub_reasons=("student work", "compares prices", "sells such flats"))
WRONG_REGION: Final = Reason("2.4", "Wants to live in another region")
SOLD_OUT: Final = Reason("2.5", "The wanted type is sold out")
BOUGHT: Final = Reason("2.6", "Bought elsewhere", sub_reasons=("second-hand flat", "another developer"))
MORTGAGE: Final = Reason("2.7", "Needs a mortgage first")
REASONS: Final = (UNREACHED, LEAVE_ALONE, CURIOUS, WRONG_REGION, SOLD_OUT, BOUGHT, MORTGAGE)


@dataclass(frozen=True)
class Version:
    """One version of the regulation: the least budget in EUR, the longest wait in months, attempts to reach a person.

    `months_before` tells how long before the present month it came into force; None is a draft.
    """

    title: str
    least_budget: int
    longest_wait: int
    note: str
    months_before: int | None
    attempts: int = 3
    attempts_days: int = 2

    def criteria(self) -> tuple[tuple[str, str, str, str, Any, int, bool], ...]:
        """Return number, wording, field, operator, value, points and whether it is required, of each criterion."""
        return (
            (NO_BUDGET.number, NO_BUDGET.text, f"lead:{BUDGET}", "at_least", self.least_budget, 3, True),
            ("1.2", "Time until the purchase", f"lead:{BUYS_WITHIN}", "at_most", self.longest_wait, 2, True),
            ("1.3", "A phone we can call", "has_phone", "is", True, 1, False),
            ("1.4", "What the flat is for", f"lead:{PURPOSE}", "is_filled", None, 1, False),
        )


THRESHOLD: Final = 6
VERSIONS: Final = (
    Version("What a qualified lead is", 50_000, 12, "The first version both departments signed.", 17),
    Version(
        "Prices of spring", 60_000, 9, "The cheapest flat costs more now, and next year's buyers are warmed up.", 6
    ),
    Version("Prices of autumn", 72_000, 6, "Proposed by marketing: fewer leads, closer to a purchase.", None, 4, 3),
)
LEAST_BUDGET: Final = 62_000
"""Who deserves to be qualified can pay this and wants to buy within nine months: they meet both versions in force."""
LONGEST_WAIT: Final = 9
