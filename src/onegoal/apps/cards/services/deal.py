"""A qualified lead becomes a deal."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from onegoal.apps.company.models import Company, Pipeline, Stage, StageKind
from onegoal.apps.sales.models import Deal, Lead
from onegoal.apps.sales.services import save_deal

_SHARED = (
    "person_id",
    "project_id",
    "product_id",
    "product_type",
    "seller_id",
    "team_id",
    "agency_id",
    "region",
    "segment",
)


class AlreadyADeal(Exception):
    """An open deal of the lead exists already: somebody was quicker."""

    def __init__(self, deal: Deal) -> None:
        super().__init__(str(deal))
        self.deal = deal


@transaction.atomic
def make_deal(*, lead: Lead, now: dt.datetime) -> Deal:
    """Open a deal of a lead, with all that is known of it, in the first stage of deals. Raises: AlreadyADeal."""
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
    open_deal = lead.deals.filter(won_at=None, lost_at=None).first()
    if open_deal:
        raise AlreadyADeal(open_deal)
    stages = Stage.objects.filter(pipeline=Pipeline.DEAL, kind=StageKind.OPEN)
    company = Company.objects.filter(pk=1).first()
    deal = Deal(
        lead=lead, opened_at=now, stage=stages.first(), currency=company.currency if company else "",
        **{name: getattr(lead, name) for name in _SHARED},
    )  # fmt: skip
    return save_deal(deal=deal, now=now)
