"""What the demo company agreed on: working hours, fields, objections, required fields, rules, the signed regulation."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db import transaction

from onegoal.apps.accounts.models import Team, User
from onegoal.apps.board.services import set_required_fields
from onegoal.apps.company.models import CustomEntity, CustomField, Pipeline, Project, Stage, StageKind
from onegoal.apps.company.services_settings import save_setting, set_working_hours
from onegoal.apps.demo import cast, clauses
from onegoal.apps.demo.calendar import CLOSES, OPENS, Calendar
from onegoal.apps.demo.records import HEAD, MARKETER, done_by
from onegoal.apps.desk.models import DistributionRule, GivesWhen, Method
from onegoal.apps.desk.services import save_rule
from onegoal.apps.quality.models import QualitySettings
from onegoal.apps.quality.services.objections import save_objection
from onegoal.apps.quality.services.settings import save_quality_settings
from onegoal.apps.regulation.models import Clause, ClauseKind, Regulation, Side
from onegoal.apps.regulation.services import change_draft, create_draft, save_clause, sign_regulation
from onegoal.apps.sales.models import Entity, Objection, RequestType

OBJECTIONS: Final = (
    "Too dear", "Too far from the centre", "Wants another floor", "Waits for a mortgage", "Not sure about the builder",
    "Compares with second-hand flats",
)  # fmt: skip
HOUR_COST_MINOR: Final = 1_400
CONTROLLED: Final = dt.timedelta(days=120)
"""How far back rejections are checked."""


@transaction.atomic
def agree(*, calendar: Calendar, seed: int) -> None:
    """Write down what was agreed, before anything is taken in that is judged by it."""
    began = dt.datetime.combine(calendar.first, dt.time(), calendar.zone).astimezone(dt.UTC) - dt.timedelta(days=14)
    week = {day: (dt.time(OPENS), dt.time(hour)) for day, hour in enumerate(CLOSES) if hour}
    set_working_hours(week=week, keeps_public_holidays=True, now=began)
    for key, label, kind, choices in clauses.FIELDS:
        field = CustomField(entity=CustomEntity.LEAD, key=key, label=label, kind=kind, choices=list(choices))
        save_setting(record=field, now=began)
    for name in OBJECTIONS:
        save_objection(objection=Objection(name=name), now=began)
    _require_fields(began)
    _make_rules(calendar.now - dt.timedelta(days=40))
    _agree_on_control(calendar.now, seed)
    people = {name: User.objects.get(name=name) for name in (HEAD, MARKETER)}
    former = None
    for version in clauses.VERSIONS:
        former = _make_version(version, former, calendar, people)


def _require_fields(now: dt.datetime) -> None:
    lead_stages = {stage.kind: stage.pk for stage in Stage.objects.filter(pipeline=Pipeline.LEAD)}
    deal_stages = {stage.kind: stage.pk for stage in Stage.objects.filter(pipeline=Pipeline.DEAL)}
    qualified = lead_stages[StageKind.QUALIFIED]
    own = [(qualified, f"custom:{key}") for key in (clauses.BUDGET, clauses.BUYS_WITHIN)]
    set_required_fields(entity=Entity.LEAD, wanted=[(None, "phone"), *own], now=now)
    set_required_fields(entity=Entity.DEAL, wanted=[(deal_stages[StageKind.RESERVED], "product")], now=now)


def _make_rules(now: dt.datetime) -> None:
    teams = {team.name: team for team in Team.objects.all()}
    projects = {project.name: project for project in Project.objects.all()}
    rules = (
        DistributionRule(
            name="Messages: whoever is quicker", request_type=RequestType.MESSAGE, method=Method.BY_CLAIM,
            gives_when=GivesWhen.ALWAYS, response_minutes=15,
        ),
        DistributionRule(
            name="Park in turn", project=projects[cast.PARK], method=Method.ROUND_ROBIN, team=teams[cast.NORTH],
            response_minutes=30,
        ),
        DistributionRule(
            name="Riverside by load", project=projects[cast.RIVERSIDE], method=Method.BY_LOAD, team=teams[cast.SOUTH],
            response_minutes=30, most_open=40,
        ),
    )  # fmt: skip
    for rule in rules:
        save_rule(rule=rule, sellers=(), now=now)


def _agree_on_control(now: dt.datetime, seed: int) -> None:
    """Control of rejections began four months ago; the draw has a seed of its own, so that the same demo draws the same."""
    QualitySettings.objects.create(pk=1, seed=f"demo {seed}", began_at=now - CONTROLLED)
    agreed: dict[str, Any] = {"precision_bp": 1000, "expected_bp": 1500, "hour_cost_minor": HOUR_COST_MINOR}
    save_quality_settings(changes=agreed, now=now - CONTROLLED)


def _make_version(
    version: clauses.Version, former: Regulation | None, calendar: Calendar, people: dict[str, User]
) -> Regulation:
    head, marketer = people[HEAD], people[MARKETER]
    valid_from = None if version.months_before is None else _month_start(calendar, version.months_before)
    written_at = valid_from - dt.timedelta(days=10) if valid_from else calendar.now - dt.timedelta(days=3)
    with done_by(marketer if valid_from is None else head):
        draft = create_draft(title=version.title, author=marketer if valid_from is None else head, now=written_at)
        changes = {
            "threshold": clauses.THRESHOLD, "attempts_needed": version.attempts, "attempts_days": version.attempts_days,
            "note": version.note,
        }  # fmt: skip
        change_draft(regulation=draft, changes=changes, now=written_at)
        _write_clauses(draft, version, written_at)
    with done_by(marketer):
        sign_regulation(regulation=draft, side=Side.MARKETING, author=marketer, now=written_at + dt.timedelta(days=1))
    if valid_from is not None:
        signed_at = written_at + dt.timedelta(days=2)
        with done_by(head):
            sign_regulation(regulation=draft, side=Side.SALES, author=head, now=signed_at, valid_from=valid_from)
    return draft


def _write_clauses(draft: Regulation, version: clauses.Version, now: dt.datetime) -> None:
    for number, text, field, operator, value, weight, is_required in version.criteria():
        clause = Clause(
            regulation=draft, kind=ClauseKind.CRITERION, number=number, text=text, field=field, operator=operator,
            value=value, weight=weight, is_required=is_required,
        )  # fmt: skip
        save_clause(clause=clause, now=now)
    for reason in clauses.REASONS:
        clause = Clause(
            regulation=draft, kind=ClauseKind.REASON, number=reason.number, text=reason.text,
            needs_attempts=reason.needs_attempts, suppresses=reason.suppresses, sub_reasons=list(reason.sub_reasons),
        )  # fmt: skip
        save_clause(clause=clause, now=now)


def _month_start(calendar: Calendar, months_before: int) -> dt.datetime:
    today = calendar.now.astimezone(calendar.zone).date()
    index = today.year * 12 + today.month - 1 - months_before
    first = dt.date(index // 12, index % 12 + 1, 1)
    return dt.datetime.combine(first, dt.time(), calendar.zone).astimezone(dt.UTC)
