"""Deals opened from leads."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.board.queries.deals import deal_stages
from onegoal.apps.sales.models import Deal, Lead
from onegoal.apps.sales.services import save_deal


@transaction.atomic
def open_deal(*, lead: Lead, author: User, now: dt.datetime) -> Deal:
    """Open a deal of a lead with what the lead knows; a deal of the lead that is in work already is returned as it is."""
    stored = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
    running = Deal.objects.filter(lead=stored, won_at=None, lost_at=None).order_by("pk").first()
    if running:
        return running
    seller_id = stored.seller_id or author.pk
    deal = Deal(
        person_id=stored.person_id, lead=stored, project_id=stored.project_id, product_id=None,
        product_type=stored.product_type, seller_id=seller_id, team_id=stored.team_id or author.team_id,
        agency_id=stored.agency_id, region=stored.region, segment=stored.segment, opened_at=now,
        stage=next(iter(deal_stages()), None),
    )  # fmt: skip
    return save_deal(deal=deal, now=now)
