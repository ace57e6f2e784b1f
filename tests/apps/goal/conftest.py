"""What tests of the shared KPI share: terms, and a way to have a KPI active."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from onegoal.apps.goal.models import KpiPart, KpiState, KpiVersion, MixShare, SharedKpi
from onegoal.core.shared_kpi import Part, Terms

TERMS = Terms(
    (
        Part("deals", 6, 4_000, 12_000),
        Part("average_price", 1000_00, 1_000),
        Part("mix", None, 2_000),
        Part("cash", 6_000_00, 3_000),
    ),
    {"flat": 7_500, "parking": 2_500},
)


def stored_kpi(world: Any, *, state: str = KpiState.ACTIVE, terms: Terms = TERMS, **said: Any) -> SharedKpi:
    """A KPI of the first quarter of 2026 as it would stand after its activation; say what differs."""
    active_from = dt.datetime(2025, 12, 20, 9, tzinfo=dt.UTC)
    row: dict[str, Any] = {
        "name": "First quarter",
        "starts_on": dt.date(2026, 1, 1),
        "ends_on": dt.date(2026, 3, 31),
        "owner": world.hanna,
        "author": world.hanna,
        "created_at": active_from,
        "activated_at": None if state == KpiState.DRAFT else active_from,
    }
    kpi = SharedKpi.objects.create(state=state, **(row | said))
    stored_version(kpi, 1, None if state == KpiState.DRAFT else active_from, terms)
    return kpi


def stored_version(kpi: SharedKpi, number: int, in_force_from: dt.datetime | None, terms: Terms) -> KpiVersion:
    """A version with its parts and shares."""
    version = KpiVersion.objects.create(
        kpi=kpi, number=number, created_at=in_force_from or kpi.created_at, in_force_from=in_force_from
    )
    for part in terms.parts:
        KpiPart.objects.create(
            version=version, kind=part.kind, target=part.target, weight_bp=part.weight_bp, cap_bp=part.cap_bp
        )
    for name, share in terms.mix.items():
        MixShare.objects.create(version=version, product_type=name, share_bp=share)
    return version


@pytest.fixture
def empty_warehouse(settings: Any, tmp_path: Path) -> None:
    """Each test reads facts of its own."""
    settings.WAREHOUSE_DIRECTORY = tmp_path
