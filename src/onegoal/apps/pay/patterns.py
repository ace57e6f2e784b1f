"""Ready patterns for parts of a scheme, to begin with and to change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onegoal.apps.pay.models import PartKind
from onegoal.apps.pay.services import PartTerms


@dataclass(frozen=True)
class Pattern:
    """A part to begin with: what it is called in the list, what it does, and the part."""

    key: str
    title: str | Promise
    words: str | Promise
    make: Callable[[], PartTerms]


PATTERNS: Sequence[Pattern] = (
    Pattern(
        "fixed", _("Fixed pay"), _("The person's fixed pay of the month, by working days."),
        lambda: PartTerms(gettext("Fixed pay"), "fixed", PartKind.FIXED, "base"),
    ),
    Pattern(
        "received", _("Per cent of money received"), _("Each payment of the person's deals counts once it is there."),
        lambda: PartTerms(gettext("Per cent of money received"), "cash", PartKind.PERSONAL, "2 % * money_received"),
    ),
    Pattern(
        "signed", _("Per cent of what is signed"), _("Each signed deal counts; claimed back when it is cancelled."),
        lambda: PartTerms(
            gettext("Per cent of what is signed"), "commission", PartKind.PERSONAL, "1 % * money_signed", claws_back=True
        ),
    ),
    Pattern(
        "steps", _("Steps"), _("Each deal at the rate of its step: the first three at one, further ones at a higher."),
        lambda: PartTerms(
            gettext("Deals by steps"), "deals_steps", PartKind.PERSONAL, "steps(deals_won, 0: 200, 3: 300, 6: 400)",
            claws_back=True,
        ),
    ),
    Pattern(
        "accelerator", _("Accelerator above the plan"), _("What lies above the person's target counts twice."),
        lambda: PartTerms(
            gettext("Bonus with accelerator"), "accelerated", PartKind.PERSONAL,
            "20 % * base * accelerator(money_signed / target_money_signed, 100 %, 2)", claws_back=True,
        ),
    ),
    Pattern(
        "shared", _("Bonus if the shared KPI is on pace"), _("Paid from 80 % of the KPI's pace on, as far as it is reached."),
        lambda: PartTerms(
            gettext("Bonus of the shared KPI"), "kpi_bonus", PartKind.SHARED, "20 % * base * min(attainment_pace, 150 %)",
            gate="attainment_pace >= 80 %",
        ),
    ),
)  # fmt: skip


def pattern_part(key: str, taken: Sequence[str]) -> PartTerms:
    """Return the part of a pattern under a name in formulas that is free; an empty part for an unknown pattern."""
    found = next((one for one in PATTERNS if one.key == key), None)
    part = found.make() if found else PartTerms("", "", PartKind.PERSONAL, "")
    free, number = part.key, 2
    while free and free in taken:
        free, number = f"{part.key}_{number}", number + 1
    return replace(part, key=free)
