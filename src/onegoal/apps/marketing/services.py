"""Spend, campaigns and creatives as rows from outside tell of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from onegoal.apps.audit.bulk import Batch, fate_of, find_by_source, name_key, one_writer, take_in
from onegoal.apps.audit.checks import check_texts, check_whole, limits
from onegoal.apps.audit.intake import RowFate, RowRefused
from onegoal.apps.company.models import Project
from onegoal.apps.company.money import check_money, settle_money
from onegoal.apps.company.services import find_or_create_projects
from onegoal.apps.marketing.intake import OriginMarks, SpendRow
from onegoal.apps.marketing.models import Campaign, Creative, Spend
from onegoal.apps.marketing.origins import check_marks, find_origins, forget_origins, regroup_channels
from onegoal.apps.marketing.touches import remove_touches, take_in_touches, visitor_hash

__all__ = [
    "check_marks",
    "find_or_create_campaigns",
    "find_origins",
    "forget_origins",
    "regroup_channels",
    "remove_touches",
    "take_in_spend",
    "take_in_touches",
    "visitor_hash",
]

_TEXTS = (
    *limits(Spend, source="source", source_id="source_id", region="region", product_type="product_type"),
    *limits(Project, project="name"),
)
_PLATFORM_LIMIT = Campaign._meta.get_field("platform").max_length or 0


@one_writer
def take_in_spend(*, rows: Sequence[SpendRow], now: dt.datetime) -> list[RowFate]:
    """Create or change days of advertising cost by source id; campaigns and creatives they name are made."""
    return take_in(rows, check=_check, settle=lambda sound: _settle(sound, now))


def find_or_create_campaigns(*, marks: Iterable[OriginMarks], now: dt.datetime) -> None:
    """Make the campaigns and creatives that marks name and that are not there; the platform is the mark `source`."""
    named = {
        (_platform(one), one.campaign.strip(), one.creative.strip()): one
        for one in dict.fromkeys(marks)
        if one.campaign.strip()
    }
    if not named:
        return
    campaigns = _campaigns({(platform, campaign) for platform, campaign, _ in named}, now)
    wanted = {(campaigns[platform, campaign], creative) for platform, campaign, creative in named if creative}
    stored = Creative.objects.filter(campaign_id__in={campaign_id for campaign_id, _ in wanted})
    batch = Batch(Creative, now=now)
    for campaign_id, name in sorted(wanted - set(stored.values_list("campaign_id", "name"))):
        batch.add(Creative(campaign_id=campaign_id, name=name))
    batch.save()


def _campaigns(wanted: set[tuple[str, str]], now: dt.datetime) -> dict[tuple[str, str], int]:
    stored = Campaign.objects.filter(name__in={name for _, name in wanted})
    found = {(one.platform, one.name): one.pk for one in stored}
    batch = Batch(Campaign, now=now)
    made = {key: batch.add(Campaign(platform=key[0], name=key[1])) for key in sorted(wanted - found.keys())}
    batch.save()
    return found | {key: campaign.pk for key, campaign in made.items()}


def _platform(marks: OriginMarks) -> str:
    platform = marks.source.strip()
    return platform if len(platform) <= _PLATFORM_LIMIT else ""


def _check(row: SpendRow) -> None:
    check_texts(row, _TEXTS)
    check_marks(row.marks)
    check_money("amount", row.amount_minor, row.currency)
    check_whole("impressions", row.impressions, low=0)
    check_whole("clicks", row.clicks, low=0)


def _settle(rows: list[SpendRow], now: dt.datetime) -> list[RowFate | RowRefused]:
    currency = settle_money(currencies=[row.currency for row in rows], now=now)
    origins = find_origins([row.marks for row in rows])
    projects = find_or_create_projects(names=[row.project for row in rows], now=now)
    find_or_create_campaigns(marks=[row.marks for row in rows], now=now)
    known = find_by_source(Spend, [(row.source, row.source_id) for row in rows])
    batch = Batch(Spend, now=now)
    fates: list[tuple[Spend, bool, bool] | RowRefused] = []
    for row, origin_id in zip(rows, origins, strict=True):
        if not (row.currency or currency):
            fates.append(RowRefused("currency", "currency_missing"))
            continue
        record = known.get((row.source, row.source_id))
        is_new = record is None
        if record is None:
            record = batch.add(Spend(source=row.source, source_id=row.source_id))
            if row.source_id:
                known[row.source, row.source_id] = record
        fates.append((record, is_new, batch.apply(record, _values(row, origin_id, row.currency or currency, projects))))
    batch.save()
    return [
        one if isinstance(one, RowRefused) else fate_of(one[0].pk, is_new=one[1], is_changed=one[2]) for one in fates
    ]


def _values(row: SpendRow, origin_id: int, currency: str, projects: Mapping[str, int]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "project_id": projects.get(name_key(row.project)),
        "product_type": row.product_type.strip() or None,
        "region": row.region.strip() or None,
        "impressions": row.impressions,
        "clicks": row.clicks,
    }
    values = {name: value for name, value in told.items() if value is not None}
    return values | {
        "day": row.day,
        "origin_id": origin_id,
        "amount_minor": row.amount_minor,
        "currency": currency,
    }
