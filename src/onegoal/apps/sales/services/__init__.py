"""Writes of leads, deals, payments, calls and tasks: rows from outside and what colleagues type go the same way."""

from __future__ import annotations

from onegoal.apps.sales.services.calls import take_in_calls
from onegoal.apps.sales.services.deals import take_in_deals
from onegoal.apps.sales.services.leads import take_in_leads
from onegoal.apps.sales.services.manual import save_deal, save_lead, save_record
from onegoal.apps.sales.services.payments import take_in_payments
from onegoal.apps.sales.services.tasks import take_in_tasks

__all__ = [
    "save_deal",
    "save_lead",
    "save_record",
    "take_in_calls",
    "take_in_deals",
    "take_in_leads",
    "take_in_payments",
    "take_in_tasks",
]
