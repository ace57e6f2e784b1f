"""Everything that happened in the demo company, as rows to take in."""

from __future__ import annotations

from dataclasses import dataclass, field

from onegoal.apps.marketing.intake import SpendRow, TouchRow
from onegoal.apps.sales.intake import CallRow, DealRow, LeadRow, PaymentRow, TaskRow

SOURCE = "demo"


@dataclass
class History:
    """All rows of the simulation, by kind."""

    spend: list[SpendRow] = field(default_factory=list)
    touches: list[TouchRow] = field(default_factory=list)
    leads: list[LeadRow] = field(default_factory=list)
    deals: list[DealRow] = field(default_factory=list)
    payments: list[PaymentRow] = field(default_factory=list)
    calls: list[CallRow] = field(default_factory=list)
    tasks: list[TaskRow] = field(default_factory=list)
    good_leads: set[str] = field(default_factory=set)
    """Ids of the leads that deserve to be qualified, whatever their seller made of them."""
    wrongly_rejected: set[str] = field(default_factory=set)
    """Ids of the good leads that were turned down although there was something to sell."""
