"""Writes of the company's settings: itself, projects, stages, custom fields, exchange rates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TypeVar

from django.db import models, transaction
from django.db.models import Max

from onegoal.apps.accounts.models import Role, User
from onegoal.apps.accounts.queries import has_any_user
from onegoal.apps.accounts.services_users import create_user
from onegoal.apps.audit.services import Author, acting, record_change, record_deletion, snapshot
from onegoal.apps.company.models import (
    Company,
    CustomField,
    DayOff,
    ExchangeRate,
    Project,
    Stage,
    WorkingHours,
)
from onegoal.core.working_hours import Hours

Setting = TypeVar("Setting", Company, Project, Stage, CustomField, ExchangeRate, DayOff)


class AlreadySetUp(Exception):
    """Refused: the installation has users, so nobody may make themselves its head."""


@transaction.atomic
def set_up_company(
    *,
    name: str,
    country: str,
    time_zone: str,
    language: str,
    head_name: str,
    email: str,
    password: str,
    now: dt.datetime,
) -> User:
    """Make the company and its first head on an installation without users. Raises: AlreadySetUp."""
    # Locks the row of the company, so that of two visitors with the code only one becomes head.
    Company.objects.get_or_create(pk=1)
    company = Company.objects.select_for_update().get(pk=1)
    if has_any_user():
        raise AlreadySetUp
    head = create_user(email=email, name=head_name, role=Role.HEAD, password=password, now=now)
    before = snapshot(company)
    company.name, company.country, company.time_zone, company.language = name, country, time_zone, language
    with acting(Author(user_id=head.pk, via="web")):
        company.save()
        record_change(record=company, before=before, now=now)
    return head


@transaction.atomic
def save_setting(*, record: Setting, now: dt.datetime) -> Setting:
    """Create or change one record of the settings."""
    stored = type(record)._default_manager.filter(pk=record.pk).first() if record.pk else None
    if record.pk is None and isinstance(record, Stage | CustomField):
        record.position = _next_position(record)
    record.save()
    record_change(record=record, before=snapshot(stored) if stored else {}, now=now)
    return record


@transaction.atomic
def remove_setting(*, record: models.Model, now: dt.datetime) -> dict[str, object]:
    """Delete a record nothing hangs on; returns what it held, for an undo. Raises: ProtectedError when it is in use."""
    held = snapshot(record) | {"id": record.pk}
    record_deletion(record=record, now=now)
    record.delete()
    return held


@transaction.atomic
def move_setting(*, record: Stage | CustomField, steps: int, now: dt.datetime) -> None:
    """Move a stage or field up (negative) or down among its neighbours and number them anew."""
    ordered: list[Stage | CustomField] = list(_neighbours(record))
    place = next(at for at, other in enumerate(ordered) if other.pk == record.pk)
    ordered.insert(max(0, min(len(ordered) - 1, place + steps)), ordered.pop(place))
    _number(ordered, now)


@transaction.atomic
def order_stages(*, pipeline: str, ids: Sequence[int], now: dt.datetime) -> None:
    """Put the stages of a pipeline into the order of `ids`; stages not named keep their order behind."""
    places = {pk: place for place, pk in enumerate(ids)}
    stages = list(Stage.objects.filter(pipeline=pipeline))
    _number(sorted(stages, key=lambda stage: (places.get(stage.pk, len(places)), stage.position)), now)


@transaction.atomic
def set_working_hours(*, week: Mapping[int, Hours], keeps_public_holidays: bool, now: dt.datetime) -> None:
    """Set the hours of each day of the week (0 is Monday); a day that is not named is free."""
    company, _is_new = Company.objects.get_or_create(pk=1)
    before = snapshot(company)
    company.keeps_public_holidays = keeps_public_holidays
    company.save()
    record_change(record=company, before=before, now=now)
    for gone in WorkingHours.objects.exclude(weekday__in=week):
        record_deletion(record=gone, now=now)
        gone.delete()
    for weekday, (opens, closes) in week.items():
        hours = WorkingHours.objects.filter(weekday=weekday).first()
        before = snapshot(hours) if hours else {}
        hours = hours or WorkingHours(weekday=weekday)
        hours.opens, hours.closes = opens, closes
        hours.save()
        record_change(record=hours, before=before, now=now)


def _number(records: Sequence[Stage | CustomField], now: dt.datetime) -> None:
    for position, record in enumerate(records):
        if record.position != position:
            before = snapshot(record)
            record.position = position
            record.save(update_fields=["position"])
            record_change(record=record, before=before, now=now)


def _neighbours(record: Stage | CustomField) -> models.QuerySet:
    if isinstance(record, Stage):
        return Stage.objects.filter(pipeline=record.pipeline)
    return CustomField.objects.filter(entity=record.entity)


def _next_position(record: Stage | CustomField) -> int:
    last = _neighbours(record).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1
