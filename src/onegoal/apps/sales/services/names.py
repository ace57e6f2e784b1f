"""What the rows of a batch name: projects, products, sellers, teams, agencies and stages, looked up or made at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from onegoal.apps.accounts.models import Team, User
from onegoal.apps.accounts.services import find_or_create_sellers, find_or_create_teams
from onegoal.apps.audit.bulk import name_key
from onegoal.apps.audit.checks import limits
from onegoal.apps.company.models import Project, Stage, StageKind
from onegoal.apps.company.services import find_or_create_projects, find_or_create_stages, stage_kind
from onegoal.apps.people.models import Organisation, OrganisationKind
from onegoal.apps.people.services import find_or_create_organisations
from onegoal.apps.products.models import Product
from onegoal.apps.products.services import ProductName, find_or_create_products
from onegoal.apps.sales.intake import DealRow, LeadRow, StageMoment
from onegoal.apps.sales.models import Lead

WorkRow = LeadRow | DealRow

WORK_TEXTS = (
    *limits(
        Lead, source="source", source_id="source_id", region="region", segment="segment", product_type="product_type",
        reason="reason",
    ),
    *limits(Project, project="name"),
    *limits(Product, product="name"),
    *limits(User, seller="name"),
    *limits(Team, team="name"),
    *limits(Organisation, agency="name"),
    *limits(Stage, stage="name"),
)  # fmt: skip
STAGE_LIMIT = Stage._meta.get_field("name").max_length or 0
# A stage takes the meaning of its rows' outcome only where the outcome ends the way.
_FINAL = frozenset({StageKind.WON.value, StageKind.LOST.value, StageKind.REJECTED.value})


class WorkNames:
    """The records that rows of leads or deals name."""

    def __init__(self, *, pipeline: str, rows: Sequence[WorkRow], now: dt.datetime) -> None:
        self._projects = find_or_create_projects(names=[row.project for row in rows], now=now)
        self._teams = find_or_create_teams(names=[row.team for row in rows], now=now)
        self._sellers = find_or_create_sellers(teams=self._teams_of_sellers(rows), now=now)
        agencies = [row.agency for row in rows]
        self._agencies = find_or_create_organisations(names=agencies, kind=OrganisationKind.AGENCY, now=now)
        self._products = find_or_create_products(names=map(self._product_name, rows), now=now)
        self._stages = find_or_create_stages(pipeline=pipeline, kinds=_told_kinds(pipeline, rows), now=now)

    def stage(self, name: str) -> Stage | None:
        """The stage of this name; None for an empty one."""
        return self._stages.get(name_key(name))

    def current_stage(self, row: WorkRow) -> Stage | None:
        """Where the row says it stands: its stage, else the latest of its dated ones."""
        dated = [moment for moment in row.stages if moment.at and moment.stage.strip()]
        latest = max(dated, key=_at).stage if dated else ""
        return self.stage(row.stage or latest)

    def dated_stages(self, row: WorkRow) -> list[tuple[Stage, dt.datetime]]:
        """The stages whose moment the row tells, earliest first."""
        found = [(self.stage(moment.stage), moment.at) for moment in row.stages]
        return sorted(((stage, at) for stage, at in found if stage and at), key=lambda pair: pair[1])

    def values(self, row: WorkRow) -> dict[str, Any]:
        """Return what the row says of them as columns; what it does not say is left out."""
        product = self._products.get(self._product_name(row))
        seller = self._sellers.get(name_key(row.seller))
        told: dict[str, Any] = {
            "project_id": self._projects.get(name_key(row.project)) or (product.project_id if product else None),
            "product_id": product.pk if product else None,
            "product_type": row.product_type.strip() or (product.product_type if product else ""),
            "seller_id": seller.pk if seller else None,
            "team_id": self._teams.get(name_key(row.team)) or (seller.team_id if seller else None),
            "agency_id": self._agencies.get(name_key(row.agency)),
            "region": row.region.strip(),
            "segment": row.segment.strip(),
            "reason": row.reason.strip(),
        }
        return {name: value for name, value in told.items() if value}

    def _teams_of_sellers(self, rows: Iterable[WorkRow]) -> dict[str, int | None]:
        teams: dict[str, int | None] = {}
        for row in rows:
            if row.seller.strip() and not teams.get(row.seller):
                teams[row.seller] = self._teams.get(name_key(row.team))
        return teams

    def _product_name(self, row: WorkRow) -> ProductName:
        project_id = self._projects.get(name_key(row.project))
        return ProductName(row.source, row.product.strip(), project_id, row.product_type.strip())


def _at(moment: StageMoment) -> dt.datetime:
    assert moment.at is not None
    return moment.at


def _told_kinds(pipeline: str, rows: Iterable[WorkRow]) -> dict[str, str]:
    """The meaning of each stage name where rows tell it: by its own kind, else by the one outcome all its rows share."""
    told: dict[str, str] = {}
    outcomes: dict[str, set[str]] = {}
    for row in rows:
        if row.stage.strip():
            told.setdefault(row.stage, "")
            outcomes.setdefault(row.stage, set()).add(row.outcome)
        for moment in row.stages:
            if moment.stage.strip():
                told[moment.stage] = told.get(moment.stage) or moment.kind
    for name, said in outcomes.items():
        kind = stage_kind(pipeline=pipeline, text=next(iter(said))) if len(said) == 1 and any(said) else ""
        if not told[name] and kind in _FINAL and stage_kind(pipeline=pipeline, text=name) == StageKind.OPEN:
            told[name] = kind
    return told
