"""Make the demo company in an empty installation, through the same doors that imports use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from onegoal.apps.accounts.intake import ColleagueRow
from onegoal.apps.accounts.models import Team, User
from onegoal.apps.accounts.services import take_in_colleagues
from onegoal.apps.audit.intake import Fate, RowFate
from onegoal.apps.audit.services import Author, acting, record_change, snapshot
from onegoal.apps.company.models import Company, Pipeline, Project, Stage, StageKind
from onegoal.apps.demo import cast
from onegoal.apps.demo.agreed import agree
from onegoal.apps.demo.calendar import Calendar
from onegoal.apps.demo.control import Control
from onegoal.apps.demo.history import SOURCE, History
from onegoal.apps.demo.lately import with_recordings
from onegoal.apps.demo.office import date_returns, open_office
from onegoal.apps.demo.one_goal import make_one_goal
from onegoal.apps.demo.recordings import KEPT_DAYS, make_recordings
from onegoal.apps.demo.records import Records
from onegoal.apps.demo.reviewing import Reviewing
from onegoal.apps.demo.selling import Selling
from onegoal.apps.demo.simulation import Simulation
from onegoal.apps.demo.voices import Voices
from onegoal.apps.facts.services import publish_now
from onegoal.apps.marketing.services import take_in_spend, take_in_touches
from onegoal.apps.people.models import Person
from onegoal.apps.products.services import take_in_products
from onegoal.apps.regulation.services import note_found_decisions
from onegoal.apps.sales.services import (
    take_in_calls,
    take_in_deals,
    take_in_leads,
    take_in_payments,
    take_in_tasks,
)

BATCH = "demo"
BATCH_ROWS = 2000
STAGES = (
    (Pipeline.LEAD, "New", StageKind.OPEN),
    (Pipeline.LEAD, "Contacted", StageKind.OPEN),
    (Pipeline.LEAD, "Qualified", StageKind.QUALIFIED),
    (Pipeline.LEAD, "Nurture", StageKind.NURTURE),
    (Pipeline.LEAD, "Rejected", StageKind.REJECTED),
    (Pipeline.DEAL, "Negotiation", StageKind.OPEN),
    (Pipeline.DEAL, "Reserved", StageKind.RESERVED),
    (Pipeline.DEAL, "Contract signed", StageKind.WON),
    (Pipeline.DEAL, "Lost", StageKind.LOST),
)


class NotEmpty(Exception):
    """The installation already holds a company's records."""


class DemoRowRefused(Exception):
    """A row of the demo was rejected: the simulation and the intake services disagree."""


def make_demo_company_if_empty(*, now: dt.datetime) -> bool:
    """Make the demo company unless somebody or something is here already; tell whether it was made."""
    if _is_in_use():
        return False
    make_demo_company(seed=1, scale=1.0, now=now)
    return True


def make_demo_company(*, seed: int, scale: float, now: dt.datetime) -> dict[str, int]:
    """Make the demo company and return how many rows of each kind were created.

    Raises: NotEmpty, DemoRowRefused.
    """
    if _is_in_use():
        raise NotEmpty
    with acting(Author(user_id=None, via="demo", batch=BATCH)):
        _make_frame(now)
        calendar = Calendar(first=_first_day(now), now=now, zone=ZoneInfo(cast.TIME_ZONE))
        simulation = Simulation(seed=seed, scale=scale, calendar=calendar)
        agree(calendar=calendar, seed=seed)
        history = simulation.run()
        files = make_recordings(seed=seed)
        history.calls = with_recordings(history.calls, files, now - dt.timedelta(days=KEPT_DAYS))
        counts = _take_in(history, simulation.stock.rows(SOURCE), now)
        records = Records.of(history, calendar, seed)
        _bring_to_life(records)
    publish_now()
    # Plans, targets and pay follow from the company's own figures, so those must be there first.
    with timezone.override(calendar.zone), acting(Author(user_id=None, via="demo", batch=BATCH)):
        make_one_goal(records)
    publish_now()
    return counts


def _bring_to_life(records: Records) -> None:
    """Let the sales desk work on what was taken in: decisions, control, reviews, what both departments say."""
    date_returns(records)
    note_found_decisions(now=records.now)
    for makers in (Control, Selling, Reviewing, Voices):
        makers(records).run()
    open_office(records)


def _is_in_use() -> bool:
    return User.objects.exists() or Person.objects.exists()


def _first_day(now: dt.datetime) -> dt.date:
    months = now.year * 12 + now.month - 1 - (cast.MONTHS - 1)
    return dt.date(months // 12, months % 12 + 1, 1)


@transaction.atomic
def _make_frame(now: dt.datetime) -> None:
    Company.objects.update_or_create(
        pk=1,
        defaults={
            "name": cast.COMPANY_NAME, "currency": cast.CURRENCY, "time_zone": cast.TIME_ZONE, "country": cast.COUNTRY,
            "is_demo": True,
        },
    )  # fmt: skip
    for project, region in ((cast.PARK, "București"), (cast.RIVERSIDE, "Ilfov")):
        record_change(record=Project.objects.create(name=project, region=region), before={}, now=now)
    for position, (pipeline, name, kind) in enumerate(STAGES):
        stage, _made = Stage.objects.update_or_create(
            pipeline=pipeline, name=name, defaults={"kind": kind, "position": position}
        )
        record_change(record=stage, before={}, now=now)
    _make_colleagues(now)


def _make_colleagues(now: dt.datetime) -> None:
    rows = [
        ColleagueRow(
            source=SOURCE, source_id=person.email, name=person.name, role=person.role, team=person.team, email=person.email
        )
        for person in (*cast.COLLEAGUES, *cast.FORMER)
    ]  # fmt: skip
    _check(take_in_colleagues(rows=rows, now=now), rows)
    # One salt for all: the password is public, and nineteen slow hashes would hold up the first start.
    User.objects.filter(source=SOURCE).update(password=make_password(cast.PASSWORD), is_active=True)
    today = now.astimezone(ZoneInfo(cast.TIME_ZONE)).date()
    for person in (*cast.COLLEAGUES, *cast.FORMER):
        left_on = None if person.left is None else today - dt.timedelta(days=person.left)
        dates = {
            "joined_on": today - dt.timedelta(days=person.joined),
            "left_on": left_on,
            "is_active": left_on is None,
        }
        User.objects.filter(name=person.name).update(**dates)
    for team in Team.objects.all():
        before = snapshot(team)
        team.supervisor = User.objects.filter(team=team, role="supervisor").first()
        team.save()
        record_change(record=team, before=before, now=now)


def _take_in(history: History, products: Sequence[Any], now: dt.datetime) -> dict[str, int]:
    def touches(*, rows: Sequence[Any], now: dt.datetime) -> list[RowFate]:
        return take_in_touches(rows=rows, now=now, batch=BATCH)

    steps: list[tuple[str, Sequence[Any], Callable[..., list[RowFate]]]] = [
        ("products", products, take_in_products),
        ("spend", history.spend, take_in_spend),
        ("touches", history.touches, touches),
        ("leads", history.leads, take_in_leads),
        ("deals", history.deals, take_in_deals),
        ("payments", history.payments, take_in_payments),
        ("calls", history.calls, take_in_calls),
        ("tasks", history.tasks, take_in_tasks),
    ]
    for _name, rows, service in steps:
        for start in range(0, len(rows), BATCH_ROWS):
            part = rows[start : start + BATCH_ROWS]
            _check(service(rows=part, now=now), part)
    return {name: len(rows) for name, rows, _service in steps}


def _check(fates: Sequence[RowFate], rows: Sequence[Any]) -> None:
    for fate, row in zip(fates, rows, strict=True):
        if fate.fate is Fate.REJECTED:
            raise DemoRowRefused(f"{fate.column}: {fate.code} in {row}")
